import fs from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { archive } from "../../support/archive.ts";
import { pith } from "../../support/command-line.ts";
import { writeElf } from "../../support/elf-writer.ts";
import { dockerSave, fixtureMembers } from "../../support/image-archive.ts";
import { makeProject } from "../../support/project.ts";

const tree = makeProject({ "tree/usr/bin/tool": "", "tree/etc/more": "text" });
fs.writeFileSync(tree.path("tree/usr/bin/tool"), writeElf({ machine: "x86_64", dynamic: false }));
fs.chmodSync(tree.path("tree/usr/bin/tool"), 0o755);
const spec = `from: base
binaries: [/usr/bin/tool]
files: {/etc/more: {from: main, src: /etc/more}}
`;
const steps = `# syntax=localhost:5000/pith:1
from: debian
packages: [curl]
build:
  - make
binaries: [/usr/bin/env]
`;
const platform = ["--platform", "linux/amd64"];
const source = ["--source", `main=dir:${tree.path("tree")}`];

describe("pith resolve", () => {
  it("prints what an image would hold", async () => {
    const { code, out, err, folder } = await pith(["resolve", ...platform, ...source], {
      files: { "pith.yaml": spec },
    });
    expect(code).toBe(0);
    expect(out.split("\n").filter((line) => line.includes("more"))).toEqual(["app                   4 /etc/more"]);
    expect(err).toContain("closure: ");
    expect(fs.readdirSync(folder)).toEqual(["pith.yaml"]);
  });

  it("prints a manifest that explain reads", async () => {
    const resolved = await pith(["resolve", "-q", "--json", ...platform, ...source], { files: { "pith.yaml": spec } });
    expect(resolved.err).toBe("");
    const explained = await pith(["explain", "/etc/more"], { files: { "manifest.json": resolved.out } });
    expect(explained.out).toContain("/etc/more is in the image");
    expect(resolved.out).toContain('"sha256": "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"');
  });

  it("reads the Compose file beside the spec", async () => {
    const build = "{ context: ., dockerfile: pith.yaml }";
    const compose = `services: { worker: { build: ${build}, environment: { SETTINGS: /etc/more } } }`;
    const own = spec.replace("files: {/etc/more: {from: main, src: /etc/more}}\n", "");
    const files = { "pith.yaml": own, "compose.yaml": compose };
    const { code, out } = await pith(["resolve", ...platform, ...source], { files });
    expect(code).toBe(0);
    expect(out).toContain("/etc/more");
  });

  it("takes a named context where a builder without steps is from it", async () => {
    const files = { "pith.yaml": spec };
    const context = ["--build-context", `base=${tree.path("tree")}`];
    const { code, out } = await pith(["resolve", ...platform, ...context], { files });
    expect(code).toBe(0);
    expect(out).toContain("/etc/more");
    const wrong = await pith(["resolve", ...platform, "--build-context", "other=dir:/"], { files });
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain("USAGE_INVALID: cannot use --build-context other=dir:/: no builder is from other");
  });
});

describe("pith save-rootfs", () => {
  const members = fixtureMembers(`
    //- /usr/bin/tool 0755
    text
    //- /usr/setuid 4755
    text
    //- /lib -> ../../../outside
    //- /odd/ 0700
  `);
  const image = (...more: Parameters<typeof archive>[0]) => dockerSave([archive([...members, ...more])]);

  it("writes what the layers make", async () => {
    const own = makeProject({});
    fs.writeFileSync(
      own.path("image.tar"),
      image({ name: "odd/b", hardLink: "usr/bin/tool" }, { name: "a", hardLink: "odd/b" }),
    );
    const { code, out } = await pith(["save-rootfs", "--json", ...platform, own.path("image.tar"), own.path("root")]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ files: 4, bytes: 10, leftOut: 0 });
    const stat = (name: string) => fs.lstatSync(own.path(path.join("root", name)));
    expect(fs.readlinkSync(own.path("root/lib"))).toBe("../../../outside");
    expect(stat("a").ino).toBe(stat("usr/bin/tool").ino);
    expect(stat("usr/setuid").mode & 0o7777).toBe(0o4755);
    expect(stat("odd").mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(own.folder).toSorted()).toEqual(["image.tar", "root"]);
  });

  it("writes nothing where an image would lead outside, or has what cannot be", async () => {
    const own = makeProject({});
    fs.writeFileSync(own.path("image.tar"), image({ name: "../evil", content: "x" }));
    const escape = await pith(["save-rootfs", ...platform, own.path("image.tar"), own.path("root")]);
    expect(escape.err).toContain("LAYER_NAME: cannot read layer 1 of archive:");
    expect(escape.code).toBe(1);
    expect(fs.readdirSync(own.folder)).toEqual(["image.tar"]);
  });

  it("leaves out what only a superuser can make, and does not touch what is there", async () => {
    const own = makeProject({ "full/file": "" });
    fs.writeFileSync(own.path("image.tar"), image({ name: "pipe", edit: (header) => header.write("6", 156) }));
    const full = await pith(["save-rootfs", ...platform, own.path("image.tar"), own.path("full")]);
    expect(full.err).toContain("OUTPUT_INVALID: cannot write ");
    expect(full.code).toBe(2);
    const { err } = await pith(["save-rootfs", "-v", ...platform, own.path("image.tar"), own.path("root")]);
    expect(err).toContain('left out "/pipe": no plain user could make it');
    expect(fs.existsSync(own.path("root/pipe"))).toBe(false);
  });
});

describe("a build that takes an engine", () => {
  const before = process.env["PATH"];
  afterEach(() => {
    process.env["PATH"] = before;
  });

  /** A program called docker that keeps its words, and writes what `work` says. */
  function standIn(work: string): string {
    const own = makeProject({ docker: `#!/bin/sh\necho "$*" >>"$(dirname "$0")/words"\n${work}\n` });
    fs.chmodSync(own.path("docker"), 0o755);
    process.env["PATH"] = `${own.folder}:${before ?? ""}`;
    return own.path("words");
  }

  const dest =
    String.raw`for word; do case $word in --output=*) place=\${word#*dest=}; echo made >"\${place%%,*}" ;; esac; done`.replaceAll(
      "\\$",
      "$",
    );

  it("goes to docker buildx build with the same options", async () => {
    const words = standIn(dest);
    const args = [
      "build",
      ...platform,
      "-o",
      "oci-archive:out.tar",
      "-t",
      "app:1",
      "--build-arg",
      "A=b",
      "--compression",
      "zstd",
    ];
    const { code, err, folder } = await pith(args, {
      files: { "pith.yaml": `args: {A: ""}\n${steps}`.replace(/^(args.*\n)(# syntax.*\n)/u, "$2$1") },
    });
    expect({ code, err }).toEqual({
      code: 0,
      err: "cannot make the builder main: it has the step packages, which takes an engine; handing the build over to docker buildx build\nwrote oci-archive:out.tar\n",
    });
    expect(fs.readFileSync(path.join(folder, "out.tar"), "utf8")).toBe("made\n");
    expect(fs.readdirSync(folder).toSorted()).toEqual(["out.tar", "pith.yaml"]);
    const [, , build] = fs
      .readFileSync(words, "utf8")
      .replaceAll(folder, "HERE")
      .replace(/dest=[^ ,]*/u, "dest=X")
      .split("\n");
    expect(build).toBe(
      "buildx build --file HERE/pith.yaml --platform linux/amd64 --tag app:1 --build-arg A=b --output=type=oci,dest=X,compression=zstd HERE",
    );
  });

  it("leaves what was there when Docker fails", async () => {
    standIn(`case "$*" in *build\\ --file*) ${dest}; echo broken >&2; exit 1 ;; esac`);
    const files = { "pith.yaml": steps, "out.tar": "old" };
    const { code, err, folder } = await pith(["build", ...platform, "-o", "tar:out.tar"], { files });
    expect(code).toBe(1);
    expect(err).toContain("broken\n");
    expect(fs.readFileSync(path.join(folder, "out.tar"), "utf8")).toBe("old");
    expect(fs.readdirSync(folder).toSorted()).toEqual(["out.tar", "pith.yaml"]);
  });

  it.each([
    [
      "no Docker answers",
      "exit 1",
      steps,
      "hint: hand it over finished, with --source main=oci:DIR (docker build --target builder:main makes it), or build with docker build\n",
    ],
    [
      "the spec names no frontend",
      "exit 0",
      steps.replace(/^#.*\n/u, ""),
      "; for that, name the frontend in the spec's first line",
    ],
  ])("is told with the step's line where %s", async (_, work, text, hint) => {
    standIn(work);
    const { code, err } = await pith(["build", ...platform, "-o", "tar:out.tar"], { files: { "pith.yaml": text } });
    expect(code).toBe(1);
    expect(err).toContain(
      "SOURCE_NEEDED: cannot make the builder main: it has the step packages, which takes an engine\n  pith.yaml:",
    );
    expect(err).toContain("packages: [curl]");
    expect(err).toContain(hint);
  });
});
