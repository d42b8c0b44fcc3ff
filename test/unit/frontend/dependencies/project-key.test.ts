import { expect, it } from "vitest";
import { projectKey } from "../../../../src/frontend/dependencies/project-key.ts";

const keyOf = (lists: Readonly<Record<string, string>>): string => projectKey(new Map(Object.entries(lists)));

it("is another for each project, and stays when its dependencies change", () => {
  const shop = keyOf({ "package.json": '{"name":"shop","dependencies":{"a":"1"}}' });
  expect(shop).toMatch(/^[0-9a-f]{16}$/u);
  expect(keyOf({ "package.json": '{"name":"shop","dependencies":{"a":"2"}}' })).toBe(shop);
  expect(keyOf({ "package.json": '{"name":"blog","dependencies":{"a":"1"}}' })).not.toBe(shop);
  const python = keyOf({ "pyproject.toml": '[build-system]\nname = "x"\n[project]\nname = "shop"\n' });
  expect(keyOf({ "pyproject.toml": '[project]\nname = "shop"\ndependencies = ["a"]\n' })).toBe(python);
  expect(keyOf({ "pyproject.toml": '[project]\nname = "blog"\n' })).not.toBe(python);
  expect(keyOf({ "pyproject.toml": "[tool.poetry]\nname = 'shop'\n" })).toBe(python);
});

it("is that of the lists where they have no name", () => {
  const flask = keyOf({ "requirements.txt": "flask\n" });
  expect(keyOf({ "requirements.txt": "flask\n" })).toBe(flask);
  expect(keyOf({ "requirements.txt": "django\n" })).not.toBe(flask);
  expect(keyOf({ "package.json": '{"name":1}' })).not.toBe(keyOf({ "package.json": '{"name":2}' }));
  expect(keyOf({ "package.json": "{" })).toMatch(/^[0-9a-f]{16}$/u);
  expect(keyOf({})).toMatch(/^[0-9a-f]{16}$/u);
});

it("cannot be made to be another project's by the place of a name", () => {
  const named = keyOf({ "package.json": '{"name":"a"}' });
  expect(keyOf({ "composer.json": '{"name":"a"}' })).not.toBe(named);
  expect(keyOf({ "package.json": '{"name":"a","x":{"name":"b"}}' })).toBe(named);
  expect(keyOf({ "requirements.txt": '{"names":[["package.json","a"]]}' })).not.toBe(named);
});
