import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { capture, isInstalled, output } from "../../scripts/lib/command.ts";
import { projectFolder, projectVersion, stateFolder } from "../../scripts/lib/project.ts";

const scratch = mkdtempSync(join(tmpdir(), "pith-release-test-"));
const version = projectVersion();
const folders = ["one", "another/place"].map((name) => join(scratch, name));
const released = folders.map((folder) => `${folder}-files`);
const [first = ""] = released;

/** A release of what is committed, from a clone of its own. */
async function releaseFrom(folder: string): Promise<void> {
  mkdirSync(join(folder, ".."), { recursive: true });
  await output("git", ["clone", "--quiet", projectFolder, folder]);
  await output("cp", ["-al", join(projectFolder, "node_modules"), folder]);
  const script = join(folder, "scripts/release.ts");
  const words = ["--dry-run", "--architecture", "amd64", "--output", `${folder}-files`];
  await output(process.execPath, [script, ...words], { cwd: folder, env: { PITH_ENGINE_DIR: stateFolder() } });
}

beforeAll(async () => {
  for (const folder of folders) await releaseFrom(folder);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("two clones at two places give the same files", () => {
  const sums = released.map((folder) => readFileSync(join(folder, "SHA256SUMS"), "utf8"));
  expect(sums[0]?.split("\n").length).toBeGreaterThan(15);
  expect(sums[1]).toBe(sums[0]);
});

test("what is in the folder is what the sums say", async () => {
  await output("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: first });
});

test.skipIf(!(await isInstalled("cosign", ["version"])))("the signatures are those of the folder", async () => {
  const key = ["--key", "pith.pub", "--insecure-ignore-tlog=true"];
  await output("cosign", ["verify-blob", ...key, "--signature", "SHA256SUMS.sig", "SHA256SUMS"], { cwd: first });
  const statement = ["--type", "slsaprovenance1", "--signature", "provenance.intoto.jsonl"];
  await output("cosign", ["verify-blob-attestation", ...key, ...statement, "pith.cjs"], { cwd: first });
  const other = ["verify-blob-attestation", ...key, ...statement, "SHA256SUMS"];
  expect((await capture("cosign", other, { cwd: first })).code).not.toBe(0);
});

test("each program builds an image in a folder without a checkout", async () => {
  const folder = join(scratch, "empty");
  mkdirSync(folder);
  writeFileSync(join(folder, "pith.yaml"), "from: debian:trixie-slim\nbinaries: [cat]\n");
  const words = ["build", "--source", "main=dir:/", "-o", "oci:image", "-t"];
  const archive = `pith-image-${version}.tgz`;
  const programs: readonly (readonly [string, readonly string[]])[] = [
    [join(first, "pith-linux-x64"), []],
    [process.execPath, [join(first, "pith.cjs")]],
    ["npx", ["--yes", `../one-files/${archive}`]],
  ];
  for (const [index, [program, args]] of programs.entries()) {
    await output(program, [...args, ...words, `app:${String(index)}`], { cwd: folder });
  }
  const index = z.object({ manifests: z.array(z.object({ digest: z.string() })) });
  const { manifests } = index.parse(JSON.parse(readFileSync(join(folder, "image/index.json"), "utf8")));
  expect(manifests).toHaveLength(programs.length);
  expect(new Set(manifests.map(({ digest }) => digest)).size).toBe(1);
  expect(statSync(join(first, archive)).size).toBeLessThan(3_000_000);
});

test("the package's types hold for a spec", async () => {
  const folder = join(scratch, "types");
  mkdirSync(folder);
  const archive = join(first, `pith-image-${version}.tgz`);
  await output("npm", ["install", "--silent", "--prefix", folder, archive]);
  expect(
    readdirSync(join(folder, "node_modules"), { withFileTypes: true }).filter((one) => one.isDirectory()),
  ).toHaveLength(2);
  const text =
    'import { schema, type Spec } from "pith-image";\nexport const spec: Spec = { from: "debian:13", binaries: ["cat"] };\nconsole.log(schema);\n';
  writeFileSync(join(folder, "good.mts"), text);
  writeFileSync(join(folder, "bad.mts"), text.replace('["cat"]', "7"));
  const check = async (name: string) =>
    capture(join(projectFolder, "node_modules/.bin/tsc"), ["--noEmit", "--module", "nodenext", "--types", "", name], {
      cwd: folder,
    });
  expect(await check("good.mts")).toMatchObject({ code: 0 });
  expect((await check("bad.mts")).stdout).toContain("TS2322");
});

test("the frontend's image has four tags, licences of all parts, and nothing that all may write to", async () => {
  const root = join(scratch, "root");
  await output(process.execPath, [join(first, "pith.cjs"), "save-rootfs", `oci:${join(first, "frontend")}:1`, root]);
  expect(readdirSync(join(root, "pith/licences")).toSorted()).toEqual(
    ["THIRD-PARTY-NOTICES.txt", "libc6.txt", "libgcc-s1.txt", "libstdc++6.txt", "musl.txt", "pith.txt"].toSorted(),
  );
  const found = await output("find", [root, "-not", "-type", "l", "-perm", "-o+w", "-printf", "%P\\n"]);
  expect(found).toBe("tmp\n");
  const index = z.object({ manifests: z.array(z.object({ annotations: z.record(z.string(), z.string()) })) });
  const { manifests } = index.parse(JSON.parse(readFileSync(join(first, "frontend/index.json"), "utf8")));
  expect(manifests.map(({ annotations }) => annotations["org.opencontainers.image.ref.name"])).toHaveLength(4);
});

test("the package of npm tries an image on this machine", async () => {
  const folder = join(scratch, "types");
  const spec = "from: debian:13\nbinaries: [/usr/local/bin/node]\ncmd: [--version]\n";
  writeFileSync(join(folder, "pith.yaml"), spec);
  const program = join(folder, "node_modules/.bin/pith");
  const tried = await output(program, ["try", "--source", `main=dir:${join(scratch, "root")}`], { cwd: folder });
  expect(tried).toContain("in the image:   it ended well\n  in the builder: it ended well");
});
