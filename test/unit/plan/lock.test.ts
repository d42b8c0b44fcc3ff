import { expect, test } from "vitest";
import { comparePackages, type Lock, lockNameOf, parseLock, printLock } from "../../../src/plan/lock.ts";

const lock: Lock = {
  version: 1,
  builders: {
    main: {
      packages: { "linux/arm64": {}, "linux/amd64": { "dpkg:b": "2", "dpkg:a": "1" } },
      image: { digest: `sha256:${"1".repeat(64)}`, name: "base:1" },
    },
    files: { packages: { "linux/amd64": {} } },
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
