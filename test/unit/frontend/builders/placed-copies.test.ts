import { expect, test } from "vitest";
import { marshal } from "../../../../src/formats/llb/marshal.ts";
import { editFiles } from "../../../../src/formats/llb/ops/file.ts";
import { sourceLocal } from "../../../../src/formats/llb/ops/source.ts";
import { readPlacedFiles } from "../../../../src/frontend/builders/placed-copies.ts";
import type { Engine } from "../../../../src/frontend/engine.ts";
import { recordingEngine } from "../../../support/fake-engine.ts";

const named = { name: "" };

const few = { "bin/a": "", "bin/b.sh": "", "bin/sub/c": "", "d.sh": "" };

/** Files of the context, copied to a place. */
async function placed(src: string, dest: string, files: Readonly<Record<string, string>> = few): Promise<unknown> {
  const context = sourceLocal("context", { ...named, sessionId: "s", sharedKeyHint: "context" });
  const { engine: recorded, solved } = recordingEngine({
    spec: {},
    context: files,
  });
  const state = editFiles(undefined, [{ kind: "copy", from: context, src, dest }], named);
  const cacheImports = [{ type: "registry", attributes: { ref: "localhost/cache" } }];
  const imports: unknown[] = [];
  const engine: Pick<Engine, "solve"> = {
    async solve(definition, options) {
      imports.push(options?.cacheImports);
      return recorded.solve(definition, options);
    },
  };
  const definition = marshal(state, { sourceFiles: [], language: "YAML" });
  const found = await readPlacedFiles({ engine, options: { cacheImports } }, definition);
  expect(imports).toEqual(solved.map(() => cacheImports));
  return [found.map(({ name, contents }) => [name, contents]), solved.length];
}

test("the names in a directory, and those of a pattern, where the place is of many", async () => {
  expect(await placed("/bin", "/usr/local/bin/")).toEqual([[["bin", ["a", "b.sh", "sub"]]], 1]);
  expect(await placed("/bin/*.sh", "/usr/local/bin/")).toEqual([[["*.sh", ["b.sh"]]], 1]);
  expect(await placed("/", "/usr/local/bin/")).toEqual([[["", ["d.sh", "bin"]]], 1]);
  expect(await placed("/d.sh", "/usr/local/bin/")).toEqual([[["d.sh", undefined]], 1]);
});

test("nothing is looked at where a place is for what is copied alone", async () => {
  expect(await placed("/bin", "/opt/desk")).toEqual([[["bin", undefined]], 0]);
});

test("a copy over the whole root brings files and directories, whichever are of many", async () => {
  const files = {
    "root/etc/desk/a.conf": "",
    "root/etc/motd": "",
    "root/usr/local/bin/save": "",
    "root/opt/node_modules/x/y.js": "",
  };
  expect(await placed("/root", "/", files)).toEqual([[["root", ["etc/motd", "etc/desk", "usr/local/bin/save"]]], 1]);
});
