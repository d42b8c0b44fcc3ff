"""Validates JSON documents: validate-schema.py SCHEMA-FOLDER (SCHEMA-FILE DOCUMENT)..., all problems on standard output."""

import json
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import jsonschema  # noqa: E402

folder = pathlib.Path(sys.argv[1])
schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
# References are relative to ids of several folders, but names of files are enough to tell them apart.
by_name = lambda url: schemas[url.split("#")[0].rsplit("/", 1)[1]]  # noqa: E731


def for_types(schema, document):
    """SPDX 3 tries each of its classes on each element: those of types that the document lacks are left out."""
    definitions = schema.get("$defs", {})
    absent = {one["$ref"] for one in definitions.get("AnyClass", {}).get("anyOf", [])}
    absent -= {f"#/$defs/{name}" for name in re.findall(r'"type": "(\w+)"', json.dumps(document))}

    def limited(value):
        if isinstance(value, list):
            kept = [limited(one) for one in value if not isinstance(one, dict) or one.get("$ref") not in absent]
            return kept if kept or not value else [False]
        return {key: limited(one) for key, one in value.items()} if isinstance(value, dict) else value

    return limited(schema) if absent else schema


for name, document in zip(sys.argv[2::2], sys.argv[3::2]):
    value = json.loads(pathlib.Path(document).read_text())
    schema = for_types(schemas[name], value)
    resolver = jsonschema.RefResolver(schema.get("$id", schema.get("id", "")), schema, handlers={"http": by_name, "https": by_name})
    validator = jsonschema.validators.validator_for(schema)(schema, resolver=resolver)
    for problem in validator.iter_errors(value):
        print(f"{name}: {list(problem.absolute_path)}: {problem.message}")
