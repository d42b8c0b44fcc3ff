import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { build } from "../../../../src/frontend/build.ts";
import { installScript } from "../../../../src/frontend/builders/install-packages.ts";
import { recordingEngine } from "../../../support/fake-engine.ts";
import { runAmong } from "../../../support/fake-programs.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-install-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the step's own script where just these programs are, each of which prints how it was called. */
function install(programs: readonly string[], packages: readonly string[]): string {
  const named = Object.fromEntries(programs.map((name) => [name, ""]));
  return runAmong(folder, named, ["/bin/sh", "-c", installScript, "install", ...packages]);
}

it.each([
  [
    ["apt-get", "dpkg", "mkdir", "yum"],
    "mkdir -p /usr/share/man/man1\napt-get update -qq\napt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -- a b=1:2-3 so:c.so.1\n",
  ],
  [["apk"], "apk add --quiet --no-progress --update-cache --cache-dir /var/cache/apk a b=1:2-3 so:c.so.1\n"],
  [
    ["dnf", "yum", "rpm"],
    "dnf -q -y --setopt=install_weak_deps=False --setopt=keepcache=True install a b-1:2-3 so:c.so.1\n",
  ],
  [["microdnf", "rpm"], "microdnf -y --setopt=install_weak_deps=0 install a b-1:2-3 so:c.so.1\n"],
  [["yum", "rpm"], "yum -q -y --setopt=keepcache=1 install a b-1:2-3 so:c.so.1\n"],
  [["rpm", "pacman"], "cannot install packages: the builder has none of apt-get, apk, dnf, microdnf and yum\n69"],
])("is done by the builder's own package manager, out of %s", (programs, called) => {
  expect(install(programs, ["a", "b=1:2-3", "so:c.so.1"])).toBe(called);
});

it("leaves what rpm's packages provide as it is written", () => {
  expect(install(["dnf"], ["perl(JSON)", "a>=1", "libc.so.6(GLIBC_2.38)(64bit)"])).toContain(
    "install perl(JSON) a>=1 libc.so.6(GLIBC_2.38)(64bit)\n",
  );
});

it("has a cache of each package manager, kept apart by architecture", async () => {
  const { engine, solved } = recordingEngine({
    spec: { "pith.yaml": "from: base:1\npackages: [a, b]\nbinaries: [/bin/x]\n" },
    images: { "docker.io/library/base:1": "{}" },
  });
  await build(engine, { files: [] });
  const [step = ""] = solved.flatMap((dump) => dump.split(/\n(?=\S)/u)).filter((vertex) => vertex.includes("apt-get"));
  expect(step).toMatchInlineSnapshot(`
    "#3 {
     "inputs": [
      {
       "digest": "#2"
      }
     ],
     "exec": {
      "meta": {
       "args": [
        "/bin/sh",
        "-c",
        "set -e\\nhas() { command -v \\"$1\\" >/dev/null 2>&1; }\\nif has apt-get; then\\n  # Packages with alternatives, such as Java, link manual pages into a folder that slim images do not have.\\n  mkdir -p /usr/share/man/man1\\n  apt-get update -qq\\n  exec apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -- \\"$@\\"\\nfi\\nif has apk; then\\n  exec apk add --quiet --no-progress --update-cache --cache-dir /var/cache/apk \\"$@\\"\\nfi\\nfor name in \\"$@\\"; do\\n  shift\\n  case $name in\\n    *[\\\\<\\\\>\\\\(]*) ;;\\n    *=*) name=\${name%%=*}-\${name#*=} ;;\\n  esac\\n  set -- \\"$@\\" \\"$name\\"\\ndone\\nif has dnf; then\\n  exec dnf -q -y --setopt=install_weak_deps=False --setopt=keepcache=True install \\"$@\\"\\nfi\\nif has microdnf; then\\n  exec microdnf -y --setopt=install_weak_deps=0 install \\"$@\\"\\nfi\\nif has yum; then\\n  exec yum -q -y --setopt=keepcache=1 install \\"$@\\"\\nfi\\necho \\"cannot install packages: the builder has none of apt-get, apk, dnf, microdnf and yum\\" >&2\\nexit 69\\n",
        "install",
        "a",
        "b"
       ],
       "env": [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "DEBIAN_FRONTEND=noninteractive"
       ],
       "cwd": "/",
       "user": "root"
      },
      "mounts": [
       {
        "dest": "/"
       },
       {
        "input": -1,
        "dest": "/var/cache/apk",
        "output": -1,
        "mountType": "CACHE",
        "cacheOpt": {
         "ID": "pith-apk-amd64",
         "sharing": "LOCKED"
        }
       },
       {
        "input": -1,
        "dest": "/var/cache/apt",
        "output": -1,
        "mountType": "CACHE",
        "cacheOpt": {
         "ID": "pith-apt-cache-amd64",
         "sharing": "LOCKED"
        }
       },
       {
        "input": -1,
        "dest": "/var/cache/dnf",
        "output": -1,
        "mountType": "CACHE",
        "cacheOpt": {
         "ID": "pith-dnf-amd64",
         "sharing": "LOCKED"
        }
       },
       {
        "input": -1,
        "dest": "/var/cache/libdnf5",
        "output": -1,
        "mountType": "CACHE",
        "cacheOpt": {
         "ID": "pith-libdnf5-amd64",
         "sharing": "LOCKED"
        }
       },
       {
        "input": -1,
        "dest": "/var/cache/yum",
        "output": -1,
        "mountType": "CACHE",
        "cacheOpt": {
         "ID": "pith-yum-amd64",
         "sharing": "LOCKED"
        }
       },
       {
        "input": -1,
        "dest": "/var/lib/apt/lists",
        "output": -1,
        "mountType": "CACHE",
        "cacheOpt": {
         "ID": "pith-apt-lists-amd64",
         "sharing": "LOCKED"
        }
       }
      ]
     },
     "platform": {
      "Architecture": "amd64",
      "OS": "linux"
     },
     "constraints": {}"
  `);
});
