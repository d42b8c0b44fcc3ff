import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { output } from "../../scripts/lib/command.ts";
import { savedImageConfig } from "../../scripts/lib/saved-image.ts";
import { runCommandLine } from "../../src/cli/run.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { folderTree, type TreeEntry } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";

const { registry } = testEngine();
const builder = `${registry}/pith-test/assembler-builder:1`;
const ours = "pith-test-assembler:1";
const theirs = `${registry}/pith-test/assembler:1`;
// Names that take every form of header: split, extended, no UTF-8, several names of a file on both sides of a
// directory.
const project = makeProject({
  Dockerfile: `FROM debian:trixie-slim
RUN set -e; mkdir -p /srv/odd; cd /srv/odd; mkdir a; \\
  echo one >b; ln b a.x; ln b a/y; ln b zz; echo u >"$(printf 'caf\\303\\251')"; echo r >"$(printf 'raw\\351')"; \\
  long=$(printf 'n%.0s' $(seq 1 120)); half=$(printf 'p%.0s' $(seq 1 90)); mkdir -p $half/$half; echo l >$long; \\
  echo l >$half/$half/x; echo l >$half/$long; ln -s /nowhere/$long/$long dangling; ln -s b short; \\
  mkdir "$(printf 'd\\303\\251')"; echo i >"$(printf 'd\\303\\251')/$half"; : >empty; echo o >owned; chown 1000660000:3000000 owned; \\
  mkdir sticky; chmod 1777 sticky; echo a >'<&>'; head -c 3000000 /dev/zero >large; chmod 0 large
ENV LANG=C.UTF-8
`,
  "pith.yaml": `from: ${builder}
binaries: [/usr/bin/true]
closure: {include: [/srv/odd]}
files:
  "/etc/<motd>&": {content: text}
  /srv/context/: {from: context, src: files}
env: {TEXT: "<a>&b\\u2028 é"}
labels: {b: "2", a: "<1>"}
layers: [system, app]
`,
  ".dockerignore": "**/*.log\n!files/kept.log\n",
  "files/kept.log": "kept\n",
  "files/left.log": "left\n",
});
const spec = project.path("pith.yaml");

beforeAll(async () => {
  await dockerOutput([
    "build",
    "--quiet",
    "--network=host",
    "-f",
    project.path("Dockerfile"),
    "-t",
    builder,
    project.folder,
  ]);
  await dockerOutput(["push", "--quiet", builder]);
  await mustBuild({ spec, tag: theirs });
});

/** Runs `pith build` and returns what it said. */
async function assemble(args: readonly string[]): Promise<string> {
  let said = "";
  const listen = (text: string): void => {
    said += text;
  };
  const code = await runCommandLine({
    args: ["build", "-f", spec, "--source", `main=docker-daemon:${builder}`, ...args],
    streams: { out: listen, err: listen, isColoured: false },
    hostFolder: project.folder,
    signal: new AbortController().signal,
  });
  if (code !== 0) throw new Error(`cannot assemble: exit code ${String(code)}\n${said}`);
  return said;
}

test("the assembler's image has the frontend's configuration and layers, byte for byte", async () => {
  await assemble(["-o", "docker-archive:out.tar", "-t", ours]);
  await dockerOutput(["load", "--quiet", "--input", project.path("out.tar")]);
  // The configuration names the layers by their digests, and its own digest is the image's ID.
  expect(await savedImageConfig(ours)).toBe(await savedImageConfig(theirs));
  expect(await dockerOutput(["run", "--rm", "--network=none", ours])).toBe("");
});

describe("foreign tools read what it writes", () => {
  const lineOf = ({ path, type, mode, uid, gid, linkTarget }: TreeEntry): string =>
    `${path} ${type === "link" ? "file" : type} ${mode.toString(8)} ${uid}:${gid}${type === "symlink" ? ` ${linkTarget ?? ""}` : ""}`;
  let expected: readonly string[] = [];
  beforeAll(async () => {
    await assemble(["-o", "dir:folder"]);
    expected = folderTree(project.path("folder")).map(lineOf).toSorted();
  });

  test.each(["gzip", "zstd"])("skopeo reads an OCI layout with %s", async (compression) => {
    const layout = project.path(`layout-${compression}`);
    await assemble(["-o", `oci:${layout}`, "-t", "one", "--compression", compression]);
    const copy = project.path(`copy-${compression}`);
    await output("skopeo", ["--insecure-policy", "copy", `oci:${layout}:one`, `dir:${copy}`]);
    expect(readdirSync(copy)).toContain("manifest.json");
  });

  test("umoci unpacks an OCI layout with gzip", async () => {
    const layout = project.path("layout-umoci");
    await assemble(["-o", `oci:${layout}`, "-t", "one", "--compression", "gzip"]);
    const bundle = project.path("bundle");
    await output("umoci", ["unpack", "--image", `${layout}:one`, bundle]);
    expect(folderTree(join(bundle, "rootfs")).map(lineOf).toSorted()).toEqual(expected);
  });

  test("an OCI archive travels through a registry and comes back the same", async () => {
    const archive = project.path("oci.tar");
    await assemble(["-o", `oci-archive:${archive}`]);
    const there = `docker://${registry}/pith-test/assembled:1`;
    await output("skopeo", ["--insecure-policy", "copy", "--dest-tls-verify=false", `oci-archive:${archive}`, there]);
    const back = project.path("back");
    await output("skopeo", ["--insecure-policy", "copy", "--src-tls-verify=false", there, `oci:${back}:1`]);
    expect(await output("skopeo", ["inspect", "--config", "--raw", `oci:${back}:1`])).toBe(
      await savedImageConfig(theirs),
    );
  });

  test("GNU tar and Python's tarfile read the tree's archive", async () => {
    await assemble(["-o", "tar:tree.tar"]);
    const folder = project.path("tree");
    mkdirSync(folder);
    await output("tar", ["-xpf", project.path("tree.tar"), "-C", folder, "--numeric-owner"]);
    expect(folderTree(folder).map(lineOf).toSorted()).toEqual(expected);
    const script = "import sys, tarfile; print(len(tarfile.open(sys.argv[1]).getmembers()))";
    expect((await output("python3", ["-c", script, project.path("tree.tar")])).trim()).toBe(String(expected.length));
    expect(readFileSync(project.path("tree.tar")).length % 512).toBe(0);
  });
});
