import { expect, it } from "vitest";
import { readApplicationIdentity } from "../../../src/resolver/application-identity.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const trees = [{ kind: "builder" }, { kind: "app" }] as const;

it.each([
  ["no statement", "//- /main.py\nx", undefined],
  [
    "package.json",
    '//- /package.json\n{"name": "shop", "version": "2.1.0", "author": {"name": "Example"}}',
    "shop 2.1.0 Example",
  ],
  ["one without a version", '//- /package.json\n{"name": "shop", "license": "MIT"}', "shop MIT"],
  ["one without a name", '//- /package.json\n{"private": true}\n//- /composer.json\n{"name": "org/shop"}', "org/shop"],
  [
    "pyproject.toml",
    '//- /pyproject.toml\n[tool.x]\nname = "no"\n[project] # own\nname = "shop"\nversion = \'3\'\n',
    "shop 3",
  ],
  ["poetry's", '//- /pyproject.toml\n[[tool.poetry.source]]\nname = "no"\n[tool.poetry]\nname = "shop"\n', "shop"],
  ["Cargo.toml", '//- /Cargo.toml\n[package]\nname = "shop"\nversion.workspace = true\n', "shop"],
])("reads what the application calls itself: %s", async (_, fixture, expected) => {
  const roots = [fixtureRoot('//- /package.json\n{"name": "other"}'), fixtureRoot(`${fixture}\n`)];
  const found = await readApplicationIdentity(trees, roots);
  const { name, version, license, supplier } = found ?? {};
  const words = [name, version, license, supplier].filter((word) => word !== undefined);
  expect(words.length === 0 ? undefined : words.join(" ")).toBe(expected);
});

it("finds nothing where there is no application", async () => {
  expect(await readApplicationIdentity([{ kind: "builder" }], [fixtureRoot("//- /x\n")])).toBeUndefined();
});
