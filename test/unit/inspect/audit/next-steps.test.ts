import { expect, it } from "vitest";
import { auditTree } from "../../../../src/inspect/audit/audit.ts";
import { nextSteps } from "../../../../src/inspect/audit/next-steps.ts";
import { printPage } from "../../../../src/inspect/audit/page/page.ts";
import { verdictOf } from "../../../../src/inspect/audit/page/verdict.ts";
import { packageDatabases } from "../../../../src/packages/packages.gen.ts";
import { parseSpec } from "../../../../src/spec/parse.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const bare = "//- /usr/bin/tool 0755 elf=x86_64 loader\n";
const full = `${bare}//- /usr/bin/bash 0755 elf=x86_64 loader
//- /usr/bin/su 4755 elf=x86_64 loader
//- /srv/all 0666
x
`;

async function audit(fixture: string, isOfPith: boolean): Promise<Awaited<ReturnType<typeof auditTree>>> {
  const stated = new Map([["/usr/bin/tool", { owner: "app", reasons: ["pith.yaml:2 (binaries) names it"] }]]);
  return auditTree({
    name: "app:1",
    root: fixtureRoot(fixture),
    databases: packageDatabases,
    command: ["tool"],
    searchPath: "/usr/bin",
    tellsFileCapabilities: true,
    ...(isOfPith ? { stated } : {}),
  });
}

it("names what saves the most first", async () => {
  expect(nextSteps(await audit(full, false)).map(({ title, gain }) => [title, gain])).toEqual([
    ["Ship only what its own command needs", "most of 49 points"],
    ["Remove shell: /usr/bin/bash", "25 points"],
    ["Remove a setuid or setgid file: /usr/bin/su", "10 points"],
  ]);
  expect(nextSteps(await audit(bare, true)).at(-1)?.title).toMatch(/^Keep its size/u);
});

it.each([
  ["of an image of Pith", true, bare],
  ["of an image with findings", true, full],
  ["of another image", false, full],
])("writes lines %s that a spec takes", async (_, isOfPith, fixture) => {
  const steps = nextSteps(await audit(fixture, isOfPith));
  expect(steps).toHaveLength(3);
  for (const { lines } of steps.filter((step) => !step.lines.join("").startsWith("pith explain"))) {
    const whole = lines.some((line) => line.startsWith("from:")) ? lines : ["from: base", "binaries: [env]", ...lines];
    const bytes = Buffer.from(`${whole.join("\n")}\n`);
    const readInclude = async (): Promise<undefined> => Promise.resolve(undefined);
    const { checked } = await parseSpec({ file: "pith.yaml", bytes, buildArgs: {}, predefinedArgs: {}, readInclude });
    expect(checked.diagnostics, whole.join("\n")).toEqual([]);
  }
});

it("says in one sentence how an image stands", async () => {
  expect(verdictOf([await audit(bare, true)])).toBe("Whoever gets in finds nothing of use.");
  expect(verdictOf([await audit(full, false)])).toBe(
    "Whoever gets in finds a shell, a program that changes rights, users or containers, a setuid or setgid file and 1 more kinds.",
  );
  expect(verdictOf([await audit(full, false), await audit(bare, true)])).toMatch(
    /^Whoever gets in finds nothing of use\. \d of \d such programs, 1 setuid file and \d+ B are gone\.$/u,
  );
});

it("puts any number of images on one page, and judges the last", async () => {
  const names = ["one", "two", "three"];
  const audits = await Promise.all([full, full, bare].map(async (fixture) => audit(fixture, false)));
  const html = printPage(audits.map((one, index) => ({ ...one, name: names[index] ?? "" })));
  expect(html).toContain("Attack surface of one and two and three");
  expect(html.match(/class="pin /gu)).toHaveLength(3);
  expect(html).toContain("2 of 2 such programs, 1 setuid file");
});
