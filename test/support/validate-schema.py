"""Validates JSON documents: validate-schema.py SCHEMA-FOLDER (SCHEMA-FILE DOCUMENT)..., all problems on standard output."""

import json
import pathlib
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import jsonschema  # noqa: E402

folder = pathlib.Path(sys.argv[1])
schemas = {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}
# References are relative to ids of several folders, but names of files are enough to tell them apart.
by_name = lambda url: schemas[url.split("#")[0].rsplit("/", 1)[1]]  # noqa: E731
for name, document in zip(sys.argv[2::2], sys.argv[3::2]):
    schema = schemas[name]
    resolver = jsonschema.RefResolver(schema.get("$id", schema.get("id")), schema, handlers={"http": by_name, "https": by_name})
    validator = jsonschema.validators.validator_for(schema)(schema, resolver=resolver)
    for problem in validator.iter_errors(json.loads(pathlib.Path(document).read_text())):
        print(f"{name}: {list(problem.absolute_path)}: {problem.message}")
