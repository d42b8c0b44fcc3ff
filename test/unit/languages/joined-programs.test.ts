import { expect, it } from "vitest";
import type { CallSyntax } from "../../../src/languages/call-syntax.ts";
import { joinedPrograms } from "../../../src/languages/joined-programs.ts";
import { startsIn } from "../../../src/languages/started-commands.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { perlCalls } from "../../../src/runtimes/perl/started-programs.ts";
import { phpCalls } from "../../../src/runtimes/php/started-programs.ts";
import { pythonCalls } from "../../../src/runtimes/python/started-programs.ts";
import { rubyCalls } from "../../../src/runtimes/ruby/started-programs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const many = Array.from({ length: 13 }, (_, index) => `//- /usr/bin/xy${String(index)} 0755 elf=x86_64`).join("\n");
const root = fixtureRoot(`
//- /usr/bin/pdftotext 0755 elf=x86_64
//- /usr/bin/pdfinfo 0755 elf=x86_64
//- /usr/bin/pdfroot 4755 elf=x86_64
//- /usr/bin/pdf.txt
//- /usr/bin/md5sum 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64
//- /usr/local/bin/pdfinfo 0755
#!/bin/sh
//- /bin/dash 0755 elf=x86_64
${many}
`);
const program = toAbsPath("/usr/bin/python3");
const findProgram = () => Promise.resolve(undefined);
const proc = {
  root,
  program,
  realProgram: toAbsPath("/usr/bin/python3.13"),
  workdir: toAbsPath("/app"),
  env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
  findProgram,
};

async function found(...parts: string[]): Promise<readonly string[]> {
  return (await joinedPrograms(parts, proc)).map(({ path }) => path);
}

it("finds the programs whose names have the parts that are known", async () => {
  expect(await found("pdf", "")).toEqual(["/usr/local/bin/pdfinfo", "/usr/bin/pdftotext"]);
  expect(await found("", "sum")).toEqual(["/usr/bin/md5sum"]);
  expect(await found("pdf", "to", "xt")).toEqual(["/usr/bin/pdftotext"]);
  // The run-time itself, shells, and names of which too little is known or that too many have.
  expect(await found("python", "")).toEqual([]);
  expect(await found("", "ash")).toEqual([]);
  expect(await found("p", "")).toEqual([]);
  expect(await found("", "")).toEqual([]);
  expect(await found("xy", "")).toEqual([]);
  expect(await found("bin/pdf", "")).toEqual([]);
});

it.each<readonly [string, CallSyntax, string]>([
  ["Python", pythonCalls, "subprocess.run(['pdf' + tool, '-'])"],
  ["Python", pythonCalls, "subprocess.run([f'pdf{tool}', '-'])"],
  ["Ruby", rubyCalls, `system("pdf#{tool}", "-")`],
  ["Perl", perlCalls, "system('pdf' . $tool, '-');"],
  ["PHP", phpCalls, "exec('pdf' . $tool . ' -');"],
  ["PHP", phpCalls, "$cmd = sprintf('pdf%s - -', $tool); exec($cmd);"],
])("follows a name that is joined in %s", async (_, syntax, code) => {
  const needs = (await startsIn(code, syntax, proc)).map((one) => ("need" in one ? one.need.path : one.unknown.line));
  expect(needs).toEqual(expect.arrayContaining(["/usr/local/bin/pdfinfo", "/usr/bin/pdftotext"]));
});

it("tells of a joined name that no program has", async () => {
  const [one] = await startsIn("subprocess.run(['none-' + tool, '-'])", pythonCalls, proc);
  expect(one).toMatchObject({ unknown: { kind: "computed-name", line: 1, bound: { kind: "anything" } } });
  const [other] = await startsIn("subprocess.run([f'{kind}{tool}'])", pythonCalls, proc);
  expect(other).toMatchObject({ unknown: { kind: "computed-name", line: 1 } });
});
