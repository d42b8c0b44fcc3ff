import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoExample, demoImages, usualDockerfile } from "../../scripts/lib/demo-on-engine.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { pith } from "../support/command-line.ts";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { buildTree, makeProject } from "../support/project.ts";
import { examples } from "../support/run-json.ts";

/** Sizes follow the distribution's packages. */
const tolerance = 0.25;

test("the README's table is what the demo prints: one command, of the image from a Dockerfile and of Pith's", async () => {
  const example = examples().find(({ name }) => name === demoExample);
  if (example === undefined) throw new Error("cannot find the example");
  await mustBuild({ spec: example.spec, tag: demoImages.pith, args: example.run.build });
  const dockerfile = makeProject({ Dockerfile: usualDockerfile }).path("Dockerfile");
  await dockerOutput(["build", "--quiet", "--file", dockerfile, "--tag", demoImages.usual, example.folder]);
  const readme = readFileSync(join(projectFolder, "README.md"), "utf8");
  const [, command = "", shown = ""] = /^\$ npx pith (audit .*)\n([\s\S]*?)\n```$/mu.exec(readme) ?? [];
  expect(command).toBe(`audit ${demoImages.usual} ${demoImages.pith}`);
  const { code, out } = await pith(command.split(" "));
  expect(code).toBe(0);
  const printed = tableOf(out);
  const expected = tableOf(shown);
  expect(expected.size).toBeGreaterThan(8);
  for (const [title, numbers] of expected) {
    for (const [index, number] of (printed.get(title) ?? []).entries()) {
      const claimed = numbers[index] ?? Number.NaN;
      expect(Math.abs(number - claimed), `${title}: ${number} where the README has ${claimed}`).toBeLessThanOrEqual(
        1 + claimed * tolerance,
      );
    }
    expect(printed.get(title), title).toHaveLength(2);
  }
});

/** Rows of a report's first table: the title, and the numbers of both trees. */
function tableOf(text: string): ReadonlyMap<string, readonly number[]> {
  const rows = text.split("\n").flatMap((line) => {
    const [, title, before, after] =
      /^(\S.*?) {2,}([\d.,]+)(?: [kMG]?B)? {2,}([\d.,]+)(?: [kMG]?B)?(?: |$)/u.exec(line) ?? [];
    if (title === undefined || before === undefined || after === undefined) return [];
    return [[title, [before, after].map((number) => Number(number.replaceAll(",", "")))] as const];
  });
  return new Map(rows);
}

const project = makeProject({
  "pith.yaml": `from: debian:trixie-slim
build:
  - cp /usr/bin/true /opt/able
  - |
    perl -e 'my ($p, $n, $v) = ("/opt/able", "security.capability", pack("V5", 0x02000001, 1 << 13, 0, 0, 0));
      syscall(188, $p, $n, $v, 20, 0) == 0 or die $!'
binaries: [cat]
policy: {forbid: [shell], allow: [{path: /bin/sh, because: "nothing needs it yet"}]}
`,
  "list.json": JSON.stringify(
    ["bash", "glibc"].map((name) => ({
      id: `CVE-${name}`,
      affected: [
        {
          package: { ecosystem: "Debian:13", name },
          ranges: [{ type: "ECOSYSTEM", events: [{ introduced: "0" }] }],
        },
      ],
    })),
  ),
});

test("the target report puts the builder beside the image, in three forms", async () => {
  const report = await buildTree(project, {
    spec: project.path("pith.yaml"),
    args: ["--target=report", "--build-arg=VULNERABILITIES=list.json"],
  });
  const text = report.read("report.txt") ?? "";
  expect(text).toMatch(/^vulnerabilities of the list +2 +1 +-50 %$/mu);
  expect(text).toMatch(/^files with file capabilities +1 +0 +-100 %$/mu);
  expect(text).toContain("allows anything at /bin/sh because nothing needs it yet: nothing needs it");
  expect(JSON.parse(report.read("report.json") ?? "")).toMatchObject({
    images: [{ name: "builder main" }, { name: "image", secrets: [], setuid: [] }],
  });
  expect(/pith\.yaml:\d+ \(binaries/u.exec(report.read("report.html") ?? "")).not.toBeNull();
});
