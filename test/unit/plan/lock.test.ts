import { expect, test } from "vitest";
import {
  comparePackages,
  findChanges,
  type Lock,
  type LockedPackages,
  lockedFor,
  lockNameOf,
  parseLock,
  printLock,
} from "../../../src/plan/lock.ts";

const lock: Lock = {
  version: 1,
  builders: {
    main: {
      packages: { "linux/arm64": {}, "linux/amd64": { "dpkg:b": "2", "dpkg:a": "1" } },
      image: { digest: `sha256:${"1".repeat(64)}`, name: "base:1" },
    },
    files: { packages: { "linux/amd64": {} }, digests: { "linux/amd64": { "npm:x@1": "sha512-x" } } },
  },
};

test("a lock is printed sorted, and reads back", () => {
  expect(printLock(lock)).toMatchInlineSnapshot(`
    "{
      "version": 1,
      "builders": {
        "files": {
          "packages": {
            "linux/amd64": {}
          },
          "digests": {
            "linux/amd64": {
              "npm:x@1": "sha512-x"
            }
          }
        },
        "main": {
          "image": {
            "name": "base:1",
            "digest": "sha256:1111111111111111111111111111111111111111111111111111111111111111"
          },
          "packages": {
            "linux/amd64": {
              "dpkg:a": "1",
              "dpkg:b": "2"
            },
            "linux/arm64": {}
          }
        }
      }
    }
    "
  `);
  expect(parseLock(printLock(lock), "pith.lock")).toEqual({ lock, diagnostics: [] });
});

test.for([
  ["no JSON", "x"],
  ["another version", '{"version":2,"builders":{}}'],
  ["a digest that is none", '{"version":1,"builders":{"main":{"image":{"name":"x","digest":"1"},"packages":{}}}}'],
  ["a key of nobody", '{"version":1,"builders":{},"more":1}'],
  ["a version that is not text", '{"version":1,"builders":{"main":{"packages":{"linux/amd64":{"dpkg:a":1}}}}}'],
] as const)("%s is refused", async ([name, text]) => {
  const found = parseLock(text, "pith.lock").diagnostics.map(({ code, message }) => `${name}: ${code}: ${message}`);
  await expect(`${found.join("\n")}\n`).toMatchFileSnapshot(`fixtures/${name.replaceAll(" ", "-")}.txt`);
});

test("names of lock files", () => {
  expect(["pith.yaml", "sub/app.yml", "spec"].map(lockNameOf)).toEqual(["pith.lock", "sub/app.lock", "spec.lock"]);
});

test("differences are told with what was and what is", () => {
  expect(comparePackages({ a: "1", b: "1", c: "1" }, { d: "1", c: "2", a: "1" })).toEqual([
    "b 1 is gone",
    "c is 2, locked 1",
    "d 1 is new",
  ]);
});

const held = { versions: { "dpkg:a": "1", "npm:b@1": "1" }, digests: { "dpkg:a": "sha256:1" }, isOfSystemAlone: false };

test.for<[name: string, found: LockedPackages, changes: string | undefined]>([
  ["the same", { versions: { "dpkg:a": "1", "npm:b@1": "1" }, digests: { "dpkg:a": "sha256:1" } }, undefined],
  ["no digest", { versions: { "dpkg:a": "1", "npm:b@1": "1" }, digests: {} }, undefined],
  [
    "another digest, and one package gone",
    { versions: { "dpkg:a": "1" }, digests: { "dpkg:a": "sha256:2" } },
    "npm:b@1 1 is gone; dpkg:a 1 is sha256:2, locked sha256:1",
  ],
  [
    "another version, which has another digest",
    { versions: { "dpkg:a": "2", "npm:b@1": "1" }, digests: { "dpkg:a": "sha256:2" } },
    "dpkg:a is 2, locked 1",
  ],
])("a builder with %s", ([, found, changes]) => {
  const text = changes === undefined ? undefined : `its packages are not those of pith.lock: ${changes}`;
  expect(findChanges("pith.lock", { held, found })).toBe(text);
});

test("a lock without digests is of before, and has nothing of languages", () => {
  const locked = lockedFor({ packages: { "linux/amd64": { "dpkg:a": "1" } } }, "linux/amd64");
  const found = { versions: { "dpkg:a": "1", "npm:b@1": "1" }, digests: {} };
  expect(locked && findChanges("pith.lock", { held: locked, found })).toBe(undefined);
  expect(locked && findChanges("pith.lock", { held: { ...locked, isOfSystemAlone: false }, found })).toContain(
    "is new",
  );
});
