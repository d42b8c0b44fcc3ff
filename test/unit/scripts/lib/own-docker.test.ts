import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findDocker, unobtainable } from "../../../../scripts/lib/own-docker.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-own-docker-"));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

/** An environment whose `docker` is a shell script of these cases, and the file that it writes its commands to. */
function fakeDocker(cases: string): { readonly env: Readonly<Record<string, string>>; readonly calls: () => string } {
  const place = join(folder, String(count++));
  mkdirSync(place);
  const program = join(place, "docker");
  const log = join(place, "calls");
  writeFileSync(program, `#!/bin/sh\necho "$*" >>${log}\ncase "$*" in\n${cases}\n*) exit 1 ;;\nesac\n`);
  chmodSync(program, 0o755);
  return { env: { PATH: `${place}:/usr/bin:/bin` }, calls: () => readFileSync(log, "utf8") };
}

const works = `--version) echo "Docker version 26" ;;
"context inspect"*) echo unix:///run/somebody.sock ;;
"context show") echo rootless ;;
"buildx version") echo buildx ;;`;

test("a Docker that answers is used, with the builder of its context, which sees local images", async () => {
  const { env } = fakeDocker(`${works}\ninfo*) echo 26.1.5 ;;`);
  expect(await findDocker(env)).toEqual({
    docker: { dockerHost: "unix:///run/somebody.sock", environment: { BUILDX_BUILDER: "rootless" } },
  });
});

test.each([
  [
    "no daemon",
    `${works}\ninfo*) echo; echo "Cannot connect to the Docker daemon" >&2 ;;`,
    "no Docker answers at unix:///run/somebody.sock",
  ],
  [
    "a socket of others",
    `${works}\ninfo*) echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1 ;;`,
    'this user may not use the Docker at unix:///run/somebody.sock; members of the group "docker" and root may',
  ],
  [
    "a daemon that hangs",
    `${works}\ninfo*) exec sleep 60 ;;`,
    "the Docker at unix:///run/somebody.sock does not answer within 1 s",
  ],
  [
    "a client without BuildKit",
    `"buildx version") exit 1 ;;\n${works}\ninfo*) echo 26.1.5 ;;`,
    "the program `docker` cannot build with BuildKit: its plugin buildx is not installed",
  ],
])("%s is no Docker to use, and the reason is said", async (_title, cases, reason) => {
  expect(await findDocker(fakeDocker(cases).env, { seconds: 1 })).toEqual({ reason });
});

test("a machine without the program has no Docker", async () => {
  expect(await findDocker({ PATH: join(folder, "nowhere") })).toEqual({ reason: "no program `docker` is installed" });
});

test("an image that the engine has is asked of no registry", async () => {
  const { env, calls } = fakeDocker(`"image inspect"*) echo sha256:1 ;;`);
  expect(await unobtainable(["node:24-slim"], env)).toEqual(new Map());
  expect(calls()).not.toContain("pull");
});

test("images that can be pulled are there afterwards, others have a short reason, whichever store asks", async () => {
  const hub = "https://registry.example/v2";
  const { env } = fakeDocker(`"image inspect"*) exit 1 ;;
"pull node:24-slim") echo "24-slim: Pulling from library/node" ;;
"pull python:3.13-slim") echo 'Error response from daemon: Get "${hub}/": dial tcp: no such host' >&2; exit 1 ;;
"pull debian:trixie") echo 'Error response from daemon: failed to resolve reference "docker.io/library/debian:trixie": '\\
'failed to do request: Head "${hub}/library/debian/manifests/trixie": dial tcp: no such host' >&2; exit 1 ;;`);
  expect(await unobtainable(["node:24-slim", "python:3.13-slim", "debian:trixie"], env)).toEqual(
    new Map([
      ["python:3.13-slim", "dial tcp: no such host"],
      ["debian:trixie", "dial tcp: no such host"],
    ]),
  );
});

test("a registry that does not answer is waited for a short time, one that answers longer", async () => {
  const { env } = fakeDocker(`"image inspect"*) exit 1 ;;
"pull silent:1") exec sleep 60 ;;
"pull slow:1") echo "1: Pulling from library/slow"; sleep 2; echo done ;;`);
  expect(await unobtainable(["silent:1", "slow:1"], env, { seconds: 1 })).toEqual(
    new Map([["silent:1", "no answer within 1 s"]]),
  );
});
