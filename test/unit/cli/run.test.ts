import { expect, test } from "vitest";
import type { Command } from "../../../src/cli/command.ts";
import { commandLoaders, loadCommands } from "../../../src/cli/commands.ts";
import { openTerminal, wantsColour } from "../../../src/cli/terminal.ts";
import { BuildError, type Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import { pith } from "../../support/command-line.ts";

const probe: Command = {
  name: "probe",
  summary: "Do what a test says",
  description: "Does it.",
  operands: { usage: "[WHAT]", least: 0, most: 1 },
  options: [
    { name: "file", short: "f", value: "FILE", description: "A file." },
    { name: "arg", value: "TEXT", isRepeatable: true, description: "A text." },
    { name: "force", description: "A flag." },
  ],
  examples: [{ line: "pith probe", does: "Do it." }],
  async run({ words, terminal }) {
    const [what] = words.operands;
    if (what === "world") throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
    if (what === "retry") throw Object.assign(new Error("the registry is busy"), { retryable: true });
    if (what === "fault") throw new Error("internal error: two and two are five; please report it");
    if (what === "build") {
      throw new BuildError([{ severity: "error", code: "LIBRARY_MISSING", message: "cannot find it", hint: "look" }]);
    }
    terminal.say("working");
    terminal.detail("in detail");
    terminal.print(JSON.stringify([words.text("file"), words.texts("arg"), words.has("force"), what]));
    return Promise.resolve(0);
  },
};
const given = { commands: [probe] };

test("help lists every command, with examples of each", async () => {
  expect(await pith([])).toMatchObject({ code: 2, out: "" });
  const { code, out } = await pith(["--help"]);
  expect(code).toBe(0);
  for (const { name, summary, examples } of await loadCommands()) {
    expect(out).toContain(`  ${name} `);
    expect(out).toContain(summary);
    const own = await pith([name, "--help"]);
    expect(own).toMatchObject({ code: 0, err: "" });
    expect((await pith(["help", name])).out).toBe(own.out);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(own.out).toContain(`  ${example.line}\n`);
  }
  const names = commandLoaders.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect((await loadCommands()).map(({ name }) => name)).toEqual(names);
});

test("help of a command as a whole", async () => {
  expect((await pith(["probe", "-h"], given)).out).toMatchInlineSnapshot(`
    "Do what a test says.

    Usage: pith probe [OPTIONS] [WHAT]

    Does it.

    Options:
      -f, --file FILE  A file.
          --arg TEXT   A text.
          --force      A flag.
      -h, --help       Show this help.
          --json       Print the result, and findings, as JSON.
      -q, --quiet      Say nothing but the result and errors.
      -v, --verbose    Say more of what happens.

    Examples:
      # Do it.
      pith probe
    "
  `);
});

test("words are options and operands, in any order", async () => {
  const { out, err } = await pith(["probe", "--arg=a", "x", "-f", "b c", "--force", "--arg", "d"], given);
  expect({ out, err }).toEqual({ out: '["b c",["a","d"],true,"x"]', err: "working\n" });
  expect((await pith(["probe", "-q"], given)).err).toBe("");
  expect((await pith(["probe", "-v"], given)).err).toBe("working\nin detail\n");
});

test("all that is wrong with the words is told at once", async () => {
  const { code, out, err } = await pith(["probe", "--forse", "--file", "--force=1", "-z", "a", "b"], given);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatchInlineSnapshot(`
    "USAGE_INVALID: cannot use --forse with pith probe: there is no such option
    hint: did you mean --force?

    USAGE_INVALID: cannot use --file with pith probe: FILE is missing after it
    hint: run pith probe --help

    USAGE_INVALID: cannot use -z with pith probe: there is no such option
    hint: run pith probe --help

    USAGE_INVALID: cannot run pith probe: "b" is one too many
    hint: run pith probe --help
    "
  `);
  expect((await pith(["probe", "-f", "a", "-f", "b"], given)).err).toContain(
    "--file with pith probe: it is given twice",
  );
  expect((await pith(["prob"], given)).err).toMatchInlineSnapshot(`
    "COMMAND_UNKNOWN: cannot run "prob": there is no such command
    hint: did you mean probe?
    "
  `);
});

test.for([
  ["world", 3],
  ["retry", 3],
  ["fault", 70],
  ["build", 1],
] as const)("a failure of the %s exits with %d", async ([what, code]) => {
  const result = await pith(["probe", what], given);
  expect(result.code).toBe(code);
  expect(result.out).toBe("");
});

test("failures have the form of diagnostics, or of JSON", async () => {
  expect((await pith(["probe", "world"], given)).err).toMatchInlineSnapshot(`
    "IO_ERROR: cannot go on: ENOSPC: no space left
    hint: try again later
    "
  `);
  expect((await pith(["probe", "fault"], given)).err).toMatch(
    /^internal error: two and two are five; please report it\n/u,
  );
  expect((await pith(["probe", "build"], given)).err).toMatchInlineSnapshot(`
    "LIBRARY_MISSING: cannot find it
    hint: look
    "
  `);
  const { err } = await pith(["probe", "build", "--json"], given);
  expect(JSON.parse(err)).toMatchObject([{ code: "LIBRARY_MISSING", page: "docs/errors/LIBRARY_MISSING.md" }]);
});

test("colours are for people who want them", async () => {
  const { err } = await pith(["probe", "build"], { ...given, isColoured: true });
  expect(err).toBe("\u001B[1;31mLIBRARY_MISSING\u001B[0m: cannot find it\n\u001B[36mhint:\u001B[0m look\n");
  expect(wantsColour(true, {})).toBe(true);
  expect(wantsColour(true, { NO_COLOR: "1" })).toBe(false);
  expect(wantsColour(true, { TERM: "dumb" })).toBe(false);
  expect(wantsColour(false, {})).toBe(false);
});

test("an interruption is told and has its own code", async () => {
  const interruption = new AbortController();
  interruption.abort();
  const { code, err } = await pith(["probe", "world"], { ...given, signal: interruption.signal });
  expect({ code, err }).toEqual({ code: 130, err: "interrupted\n" });
});

test.each([["--version"], ["-v"], ["version"]])("%s prints the version", async (word) => {
  expect((await pith([word])).out).toMatch(/^pith \d+\.\d+\.\d+\n$/u);
});

test("version tells of Node and the machine", async () => {
  expect((await pith(["version", "-v"])).out).toMatch(/^pith \S+\nnode \d+\.\d+\.\d+\nplatform \w+\/\w+\n$/u);
  const facts = { node: process.versions.node, platform: `${process.platform}/${process.arch}` };
  expect(JSON.parse((await pith(["--version", "--json"])).out)).toMatchObject(facts);
});

test("of fifty thousand findings a hundred are shown, errors first, and all with --json", () => {
  const warnings = Array.from({ length: 50_000 }, (_, index): Diagnostic => {
    return { severity: "warning", code: "IMPORT_MISSING", message: `cannot find ${String(index)}: it is absent` };
  });
  const error: Diagnostic = { severity: "error", code: "IO_ERROR", message: "cannot go on: the disk fails" };
  const told = (isJson: boolean): string => {
    let text = "";
    const streams = { out: () => {}, err: (one: string) => void (text += one), isColoured: false };
    openTerminal(streams, { isJson, isQuiet: false, isVerbose: false }).report([...warnings, error], []);
    return text;
  };
  const lines = told(false)
    .split("\n")
    .filter((line) => line !== "");
  expect(lines[0]).toBe("IO_ERROR: cannot go on: the disk fails");
  expect(lines.at(-1)).toBe("and 49,901 more: add --json to see them");
  expect(lines).toHaveLength(101);
  expect(told(true).match(/cannot find \d+:/gu)).toHaveLength(50_000);
});

test("a terminal shows what happens, with bytes and their rate; others get plain lines", () => {
  let time = 0;
  let written = "";
  const streams = (isTerminal: boolean) => ({
    out: (text: string) => {
      written += text;
    },
    err: (text: string) => {
      written += text;
    },
    isColoured: false,
    isTerminal,
    now: () => time,
  });
  const work = (isTerminal: boolean, isQuiet = false): string => {
    [time, written] = [0, ""];
    const terminal = openTerminal(streams(isTerminal), { isJson: false, isQuiet, isVerbose: false });
    const task = terminal.start("reading it");
    for (time = 50; time <= 500; time += 50) task.advance(1_000_000);
    terminal.print("result\n");
    task.finish();
    return written.replaceAll("\r\u001B[K", "<");
  };
  expect(work(true)).toBe(
    "<reading it<reading it: 2.0 MB, 20.0 MB/s<reading it: 4.0 MB, 20.0 MB/s<reading it: 6.0 MB, 20.0 MB/s<reading it: 8.0 MB, 20.0 MB/s<reading it: 10.0 MB, 20.0 MB/s<result\n",
  );
  expect(work(false)).toBe("reading it\nresult\n");
  expect(work(true, true)).toBe("result\n");
});
