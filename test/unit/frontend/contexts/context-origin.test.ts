import { expect, it } from "vitest";
import { contextOrigin } from "../../../../src/frontend/contexts/context-origin.ts";

const commit = "0123456789012345678901234567890123456789";

const source = "https://user:secret@host/shop.git";

it.each([
  [{ "vcs:revision": commit, "vcs:source": "https://host/shop.git" }, commit, "https://host/shop.git"],
  [{ context: `${source}#${commit}:deploy` }, commit, source],
  [{ context: `${source}#main` }, undefined, source],
  [{}, undefined, undefined],
])("knows which commit is built: %j", (options, revision, repository) => {
  expect(contextOrigin(new Map(Object.entries(options)))).toEqual({ revision, source: repository });
});
