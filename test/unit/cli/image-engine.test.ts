import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { publishedPorts } from "../../../src/cli/container-run.ts";
import { pith } from "../../support/command-line.ts";
import { fixtureMembers } from "../../support/image-archive.ts";

let folder = "";
const path = process.env["PATH"];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pith-clients-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "tree/usr/bin"), { recursive: true });
  for (const { name, content } of fixtureMembers("//- /usr/bin/tool 0755 elf=x86_64"))
    if (content !== undefined) writeFileSync(join(folder, "tree", String(name)), content, { mode: 0o755 });
  process.env["PATH"] = `${join(folder, "bin")}:/usr/bin:/bin`;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true, force: true });
});

/** A client that notes what it is asked, and answers by its first word. */
function client(name: string, cases: string): void {
  const file = join(folder, "bin", name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>${folder}/asked\ncase $1 in\n${cases}\n*) exit 1;;\nesac\n`);
  chmodSync(file, 0o755);
}

const asked = (): readonly string[] => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
const files = {
  "pith.yaml": "from: scratch\nbinaries: [/usr/bin/tool]\n",
};
const source = (): readonly string[] => ["--source", `main=dir:${join(folder, "tree")}`, "--platform", "linux/amd64"];

describe("pith build -t NAME without an output", () => {
  it("loads the image into the first engine that answers", async () => {
    client("docker", "");
    client("podman", "info) echo 5.4;;\nload) cp $3 ../loaded.tar;;".replace("..", folder));
    const built = await pith(["build", "-t", "app:1", ...source()], { files });
    expect(built).toMatchObject({ code: 0 });
    expect(built.err).toContain("loaded app:1");
    expect(asked().map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "docker version",
      "podman info",
      "podman load",
    ]);
    expect(readFileSync(join(folder, "loaded.tar"), "latin1")).toContain('"RepoTags":["app:1"]');
  });

  it("says which engines it has asked where none answers", async () => {
    for (const name of ["docker", "podman", "nerdctl"]) client(name, "");
    const built = await pith(["build", "-t", "app:1", ...source()], { files });
    expect(built.err).toContain("ENGINE_MISSING: cannot load the image: none of docker, podman or nerdctl answers");
    expect(built.code).toBe(1);
  });

  it("shows the words of an engine that does not take it", async () => {
    client("docker", "version) echo 26;;\nload) echo no space left >&2; exit 4;;");
    const built = await pith(["build", "-t", "app:1", ...source()], { files });
    expect(built.err).toContain("ENGINE_REFUSED: cannot load the image: docker load ended with 4: no space left");
    expect(built.code).toBe(1);
  });
});

describe("pith run", () => {
  const config = '{"User":"65532:65532","ExposedPorts":{"8000/tcp":{}}}';
  const engine = (run: string): void =>
    client("docker", `version) echo 26;;\nload) :;;\nimage) echo '${config}';;\nrun) ${run};;`);

  it("runs the image with the least rights, and passes words on", async () => {
    engine("echo served; echo noted >&2");
    const ran = await pith(
      ["run", "-t", "app:1", "-p", "80:8000", "-e", "LOG=debug", ...source(), "--", "--port", "8000"],
      { files },
    );
    expect(ran).toMatchObject({ code: 0, out: "served\n" });
    expect(ran.err).toContain("noted\n");
    const line = asked().find((one) => one.startsWith("docker run")) ?? "";
    expect(line).toContain("--security-opt no-new-privileges --cap-drop ALL");
    expect(line).toMatch(/--publish 80:8000 --env LOG=debug app:1 --port 8000$/u);
  });

  it("leaves a program of root its capabilities", async () => {
    client("docker", `version) echo 26;;\nload) :;;\nimage) echo '{"User":"0:0"}';;\nrun) :;;`);
    await pith(["run", "-t", "app:1", ...source()], { files });
    const line = asked().find((one) => one.startsWith("docker run")) ?? "";
    expect(line).toMatch(/--security-opt no-new-privileges --tmpfs \/tmp app:1$/u);
  });

  it("ends with 1 where the program fails", async () => {
    engine("exit 7");
    const ran = await pith(["run", ...source(), "app"], { files: { "app/pith.yaml": files["pith.yaml"] } });
    expect(asked().find((one) => one.startsWith("docker run"))).toMatch(/ app:run$/u);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("the program ended with 7");
  });

  it("stops the container where it is interrupted", async () => {
    const interruption = new AbortController();
    const wait = `touch ${folder}/runs; while [ ! -e ${folder}/stopped ]; do sleep 0.05; done`;
    client(
      "docker",
      `version) echo 26;;\nload) :;;\nimage) echo '${config}';;\nrun) ${wait};;\nstop) touch ${folder}/stopped;;`,
    );
    const running = pith(["run", ...source()], { files, signal: interruption.signal });
    while (!askedSoFar().some((line) => line.startsWith("docker run")))
      await new Promise((done) => setTimeout(done, 20));
    interruption.abort();
    expect((await running).code).toBe(130);
    expect(asked().at(-1)).toMatch(/^docker stop pith-\d+$/u);
  });
});

/** Nothing has been asked yet where there is no file. */
function askedSoFar(): readonly string[] {
  try {
    return asked();
  } catch {
    return [];
  }
}

it("ports are published on this machine alone", async () => {
  const published = await publishedPorts({ ports: ["8125/udp"] });
  expect(published).toEqual(["--publish", "127.0.0.1:8125:8125/udp"]);
});
