import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { capture } from "../../scripts/lib/command.ts";
import { docker, dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { inspectImage } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";

// Nothing is run in these roots: they are only unpacked, and this machine has no emulation for the second of them.
const project = makeProject({
  "pith.yaml": `from: debian:multi
interpreter: python3
app: {include: [main.py]}
binaries: [/usr/bin/sort, /usr/bin/openssl, nginx]
system: {certificates: true, timezone: Europe/Vienna}
cmd: [main.py]
`,
  "main.py": "import asyncio, json, ssl\nprint(ssl)\n",
  "missing.yaml": "from: debian:multi\nbinaries: [/usr/bin/sort, /usr/bin/absent]\n",
});
const spec = project.path("pith.yaml");

// ELF header: e_machine 183 = EM_AARCH64, 62 = EM_X86_64.
const machines = { arm64: 183, amd64: 62 } as const;

/** e_machine of each ELF file below a folder. */
function elfMachines(folder: string): readonly number[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return [];
    const head = readFileSync(join(entry.parentPath, entry.name)).subarray(0, 20);
    return head.length === 20 && head.readUInt32BE(0) === 0x7f454c46 ? [head.readUInt16LE(18)] : [];
  });
}

function expectOnly(folder: string, architecture: keyof typeof machines): void {
  const found = elfMachines(folder);
  expect(found.length).toBeGreaterThan(40);
  expect(new Set(found)).toEqual(new Set([machines[architecture]]));
}

test("a foreign platform alone is exported and loaded", async () => {
  const out = project.path("arm64");
  await mustBuild({ spec, args: ["--platform=linux/arm64", `--output=type=local,dest=${out}`] });
  expectOnly(out, "arm64");
  expect(readFileSync(join(out, "etc/ssl/certs/ca-certificates.crt"), "latin1")).toContain("BEGIN CERTIFICATE");
  expect(readFileSync(join(out, "etc/localtime"), "latin1")).toContain("TZif");
  await mustBuild({ spec, tag: "pith-test/arm64", args: ["--platform=linux/arm64"] });
  expect(await inspectImage("pith-test/arm64")).toMatchObject({ architecture: "arm64" });
});

const both = ["--platform=linux/amd64,linux/arm64"];
const isClassic = testEngine().store === "classic";

if (isClassic)
  test("graph drivers refuse two platforms", async () => {
    const built = await docker(["build", ...both, "--file", spec, project.folder]);
    expect(built.stderr).toContain("Multi-platform build is not supported for the docker driver");
  });

if (!isClassic)
  test("two platforms make one index, each with its own files", async () => {
    const tag = `${testEngine().registry}/pith-test/platforms:1`;
    const out = project.path("both");
    await mustBuild({ spec, args: [...both, `--output=type=local,dest=${out}`] });
    expectOnly(join(out, "linux_amd64"), "amd64");
    expectOnly(join(out, "linux_arm64"), "arm64");
    await mustBuild({ spec, tag, args: [...both, "--push"] });
    const index = z
      .looseObject({ manifests: z.array(z.looseObject({ platform: z.looseObject({ architecture: z.string() }) })) })
      .parse(JSON.parse(await dockerOutput(["buildx", "imagetools", "inspect", "--raw", tag])));
    expect(index.manifests.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64"]);
  });

test("a program that is missing is told for its platform, at its line", async () => {
  const { code, stderr } = await capture("docker", [
    "build",
    "--platform=linux/arm64",
    "--file",
    project.path("missing.yaml"),
    project.folder,
  ]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("PROGRAM_MISSING: cannot find /usr/bin/absent");
});
