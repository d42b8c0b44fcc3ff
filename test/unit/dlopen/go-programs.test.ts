import { expect, it } from "vitest";
import type { ProcessContext } from "../../../src/closure/model/closure.ts";
import { startedByGo } from "../../../src/dlopen/go-programs.ts";
import type { GoStart } from "../../../src/formats/elf/go-starts.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const there = ["sh", "tar", "df", "cut", "date", "su"];

async function startedBy(calls: readonly GoStart[], texts: readonly string[] = []): Promise<readonly string[]> {
  const find = (name: string) => (there.includes(name) ? toAbsPath(`/usr/bin/${name}`) : undefined);
  const proc = {
    findProgram: async (name: string) => Promise.resolve(find(name)),
    root: {
      lstat: async (path: string) => Promise.resolve({ kind: "file", mode: path.endsWith("su") ? 0o4755 : 0o755 }),
    },
  } as unknown as ProcessContext;
  const starts = { calls, textsOf: async () => Promise.resolve(new Set(texts)) };
  const found: string[] = [];
  for await (const one of startedByGo(starts, proc)) {
    if ("need" in one) found.push([one.need.path, ...(one.need.args ?? [])].join(" "));
  }
  return found;
}

it("starts what calls name, and commands of the texts that a shell is given", async () => {
  const texts = ["-c", "df -h ", " | cut -f1", "no such thing"];
  expect(await startedBy([{ caller: "main.run", name: "sh", texts }])).toEqual([
    "/usr/bin/sh",
    "/usr/bin/sh -c df -h",
    "/usr/bin/sh -c cut -f1",
  ]);
  expect(await startedBy([{ caller: "main.run", name: "/opt/own/tool", texts: [] }])).toEqual(["/opt/own/tool"]);
});

it("starts what a name of the run could be, and nothing that runs as its owner", async () => {
  const run = { caller: "own/tools.Run", name: undefined, texts: [] };
  expect(await startedBy([run], ["date", "dat", "su", "Date of"])).toEqual(["/usr/bin/date"]);
  expect(await startedBy([{ ...run, name: "su" }], ["date"])).toEqual([]);
});
