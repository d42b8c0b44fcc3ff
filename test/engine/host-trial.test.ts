import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { compileHostTools } from "../../scripts/lib/host-tools.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { dockerOutput, testEngine } from "../support/engine.ts";
import { makeProject, type Project } from "../support/project.ts";

/*
 * Programs of images and builders run on this machine, in namespaces of their own. No engine runs them: it only makes
 * the builder.
 */
const builder = `${testEngine().registry}/pith-test/host-trial-builder:1`;
const program = `${projectFolder}/dist/cli.js`;
const base = makeProject({
  Dockerfile: `FROM debian:trixie-slim
RUN mkdir -p /opt/parts /var/lib/state && echo value >/opt/parts/data.txt && chown 65532 /var/lib/state
`,
});

beforeAll(async () => {
  if (!compileHostTools()) throw new Error("the host's tools cannot be compiled");
  const dockerfile = ["-f", base.path("Dockerfile"), "-t", builder, base.folder];
  await dockerOutput(["build", "--quiet", "--network=host", ...dockerfile]);
  // Another user reads a directory: the engine is root's.
  execFileSync(process.execPath, [program, "save-rootfs", `docker-daemon:${builder}`, base.path("root")]);
  chmodSync(base.folder, 0o755);
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as root, or as a user of this machine with no rights. */
function pith(project: Project, args: readonly string[], user: "root" | "nobody" = "root"): Ended {
  const source = user === "root" ? `docker-daemon:${builder}` : `dir:${base.path("root")}`;
  chmodSync(project.folder, 0o755);
  const words = [program, ...args, "-f", project.path("pith.yaml"), "--source", `main=${source}`];
  const ended = spawnSync(process.execPath, words, {
    cwd: project.folder,
    encoding: "utf8",
    ...(user === "root" ? {} : { uid: 65_534, gid: 65_534 }),
  });
  return { code: ended.status, out: ended.stdout, err: ended.stderr };
}

/** A shell that runs `code` in an image with the programs that it takes. */
function shell(code: string, more = ""): Project {
  return makeProject({
    "pith.yaml": `from: ${builder}
binaries: [/usr/bin/sh, /usr/bin/cat, /usr/bin/id, /usr/bin/ln, /usr/bin/touch]
entrypoint: [/usr/bin/sh, -c]
cmd:
  - |
    ${code}
${more}`,
  });
}

test.each(["root", "nobody"] as const)("an image that has all is tried, by %s", (user) => {
  const project = shell("id -u && touch /tmp/x && cat /proc/self/status", 'user: "65532"\n');
  const tried = pith(project, ["try"], user);
  expect(tried.err).not.toContain("TRY_UNABLE");
  expect(tried.out).toContain("in the image:   it ended well\n  in the builder: it ended well");
  expect(tried.out).toContain("The image lacks nothing that these programs open in the builder.");
  expect(tried.code).toBe(0);
});

test("a file that the image lacks is named, with a patch of the spec that brings it", () => {
  const project = shell('echo data | { read -r name; cat "/opt/parts/$name.txt"; }');
  const tried = pith(project, ["try", "--patch", "fix.patch"]);
  expect(tried.out).toContain("not found: /opt/parts");
  expect(tried.code).toBe(1);
  expect(readFileSync(project.path("fix.patch"), "utf8")).toContain('+    - {path: "/opt/parts');
});

test("a build with --start-check writes no image that dies", () => {
  const dies = shell('echo data | { read -r name; cat "/opt/parts/$name.txt"; }');
  const refused = pith(dies, ["build", "-o", "oci:out", "--start-check"]);
  expect(refused.err).toContain("START_FAILED: cannot start /usr/bin/sh -c");
  expect(refused.err).toContain("/opt/parts");
  expect(refused.code).toBe(1);
  expect(existsSync(dies.path("out"))).toBe(false);

  const lives = shell("id -u", 'user: "65532"\n');
  const written = pith(lives, ["build", "-o", "oci:out", "--start-check"]);
  expect(written.err).toContain("wrote oci:out");
  expect(written.err).not.toContain("was not started");
  expect(written.code).toBe(0);
  expect(pith(lives, ["build", "-o", "oci:other"]).err).toContain("the image was not started: --start-check starts it");
});

test("a build with --start-check says of a program that it starts as root alone", () => {
  const project = shell('test "$(id -u)" = 0');
  const written = pith(project, ["build", "-o", "oci:out", "--start-check"]);
  expect(written.err).toContain('as the user 65532:65532 it ended with exit code 1, and with "user: root" it does not');
  expect(written.err).toContain("write user: root");
  expect(written.code).toBe(0);
});

test("a program sees nothing of this machine, and changes nothing", () => {
  const project = shell(
    `cat /proc/net/dev /proc/1/environ "${base.path("Dockerfile")}"; ln -sf /etc/shadow /dev/pith/out/stdout; touch /etc/x /opt/x`,
    'user: "65532"\n',
  );
  const tried = pith(project, ["try", "--json"]);
  expect(tried.out).not.toContain("root:");
  expect(tried.out).not.toContain("FROM debian");
  expect(JSON.parse(tried.out)).toMatchObject({ tried: [{ image: "exit 1" }] });
  expect(existsSync("/opt/x")).toBe(false);
});

test("an image for another machine is not tried, and the reason is told", () => {
  const tried = pith(shell("id"), ["try", "--platform", "linux/arm64"]);
  expect(tried.err).toMatch(/TRY_UNABLE: cannot try the image: the image is for arm64|IMAGE_PLATFORM_MISSING/u);
  expect(tried.code).toBe(1);
});
