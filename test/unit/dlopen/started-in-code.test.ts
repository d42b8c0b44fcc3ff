import { expect, it } from "vitest";
import type { Yield } from "../../../src/closure/model/closure.ts";
import { namesAll, startedByGo, startedByRust } from "../../../src/dlopen/started-in-code.ts";
import type { GoStart } from "../../../src/formats/elf/go-starts.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const there = ["sh", "tar", "df", "cut", "date", "su"];

const find = (name: string) => (there.includes(name) ? toAbsPath(`/usr/bin/${name}`) : undefined);
const proc = {
  program: toAbsPath("/usr/local/bin/own"),
  findProgram: async (name: string) => Promise.resolve(find(name)),
  root: fixtureRoot(there.map((name) => `//- /usr/bin/${name} ${name === "su" ? "4755" : "0755"}\n`).join("")),
};

async function commandsOf(yields: AsyncIterable<Yield>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const one of yields) {
    if ("need" in one) found.push([one.need.path, ...(one.need.args ?? [])].join(" "));
  }
  return found;
}

const startedBy = async (calls: readonly GoStart[], texts: readonly string[] = []): Promise<readonly string[]> =>
  commandsOf(startedByGo({ calls, textsOf: async () => Promise.resolve(new Set(texts)) }, proc));

it("starts what calls name, and commands of the texts that a shell is given", async () => {
  const texts = ["-c", "df -h ", " | cut -f1", "no such thing", "su"];
  expect(await startedBy([{ caller: "main.run", name: "sh", texts }])).toEqual([
    "/usr/bin/sh",
    "/usr/bin/sh -c df -h",
    "/usr/bin/sh -c cut -f1",
  ]);
  expect(await startedBy([{ caller: "main.run", name: "/usr/bin/tar", texts: [] }])).toEqual(["/usr/bin/tar"]);
});

it("starts what a name of the run could be, and nothing that runs as its owner", async () => {
  const run = { caller: "own/tools.Run", name: undefined, texts: [] };
  expect(await startedBy([run], ["date", "dat", "su", "Date of"])).toEqual(["/usr/bin/date"]);
  expect(await startedBy([{ ...run, name: "su" }], ["date"])).toEqual([]);
});

it("starts what the code of a program of Rust takes as a text, and commands of its constants where that is a shell", async () => {
  const constants = Buffer.from("shdate\x06df -h \xc0\x0a | cut -f1\0cut of meat", "latin1");
  const elf = { section: async () => Promise.resolve(constants) };
  expect(await commandsOf(startedByRust(new Set(["sh", "date", "no program"]), elf, proc))).toEqual([
    "/usr/bin/date",
    "/usr/bin/sh",
    "/usr/bin/sh -c df -h",
    "/usr/bin/sh -c cut -f1",
  ]);
  expect(await commandsOf(startedByRust(new Set(["date"]), elf, proc))).toEqual(["/usr/bin/date"]);
});

it("knows everything that is started only where calls are found, and each has a name", () => {
  const call = { caller: "main.run", texts: [] };
  expect(namesAll({ calls: [{ ...call, name: "tar" }] })).toBe(true);
  expect(
    namesAll({
      calls: [
        { ...call, name: "tar" },
        { ...call, name: undefined },
      ],
    }),
  ).toBe(false);
  expect(namesAll({ calls: [] })).toBe(false);
});

it("says so where the texts of a program are the names of too many", async () => {
  const names = Array.from({ length: 30 }, (_, at) => `tool${String(at)}`);
  const many = {
    ...proc,
    findProgram: async (name: string) => Promise.resolve(names.includes(name) ? toAbsPath(`/bin/${name}`) : undefined),
    root: fixtureRoot(names.map((name) => `//- /bin/${name} 0755\n`).join("")),
  };
  const unknown = {
    unknown: {
      kind: "long-list",
      what: "one of 30 programs whose names are texts of it: tool0, tool1, tool10, tool11, ...",
      bound: { kind: "anything" },
    },
  };
  const texts = new Set(names);
  const calls = [{ caller: "own/tools.Run", name: undefined, texts: [] }];
  const found: Yield[] = [];
  for await (const one of startedByGo({ calls, textsOf: async () => Promise.resolve(texts) }, many)) found.push(one);
  for await (const one of startedByRust(texts, { section: async () => Promise.resolve(undefined) }, many))
    found.push(one);
  expect(found).toEqual([unknown, unknown]);
});
