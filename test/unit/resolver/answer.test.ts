import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCopySource } from "../../../src/adapters/directory/copy-source.ts";
import { countFiles } from "../../../src/adapters/directory/count-files.ts";
import { openDirectory } from "../../../src/adapters/directory/open-directory.ts";
import { writeArchive } from "../../../src/adapters/layers/write-archive.ts";
import { openWrittenLayers } from "../../../src/adapters/layers/written-layers.ts";
import { printManifest } from "../../../src/inspect/manifest/manifest.ts";
import type { ResolverCall } from "../../../src/plan/resolver-commands.ts";
import { answerRequest } from "../../../src/resolver/answer.ts";
import { rootPath } from "../../../src/rootfs/rootfs.ts";
import { walk } from "../../../src/rootfs/walk.ts";
import { bare, binary, type ClosureCase, lineRuntime, openCase } from "../../support/closure.ts";
import { parseFixture } from "../../support/fixture.ts";
import { runOnMounts } from "../../support/mounts.ts";

let scratch = "";
beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pith-resolve-"));
});
afterEach(() => fs.rmSync(scratch, { recursive: true, force: true }));

const builder = `
//- /bin -> usr/bin
//- /lib -> usr/lib
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/line 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/lib/line/ 0755
//- /usr/lib/line/one.py mtime=1000000000
print(1)
//- /usr/lib/line/__pycache__/one.cpython-313.pyc 0600
PYC0
//- /usr/lib/line/__pycache__/old.cpython-313.pyc
stale
//- /usr/lib/line/old.py mtime=7
//- /usr/lib/line/su 4755
//- /usr/lib/line/secret -> ../../../etc/shadow
//- /etc/shadow 0640
secret
`;
const app = `
//- /main.txt 0600
import /app/other.txt
//- /other.txt
//- /tool 0711
`;
const input: ClosureCase = {
  root: builder,
  trees: [{ id: "app", prefix: "/app", kind: "app", tree: app, owner: { uid: 65_532, gid: 65_532 } }],
  roots: [
    { kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" },
    { kind: "app", pointer: "/app", view: "main" },
    binary("/usr/bin/line", { as: "/opt/line" }),
  ],
  process: { cmd: ["/app/main.txt"] },
};

it("writes layers that hold the closure, and finds it closed", async () => {
  const { answer, manifest } = await resolveOnDisk({ ...input, roots: input.roots.slice(0, 2) });
  expect(answer).toMatchInlineSnapshot(`
    {
      "config": {
        "cmd": [
          "/app/main.txt",
        ],
        "entrypoint": [
          "/usr/bin/line",
        ],
        "env": {},
        "path": "/usr/bin",
        "user": "65532:65532",
      },
      "diagnostics": [
        {
          "code": "FILE_SETUID_STRIPPED",
          "hint": "run the program as the user that it needs",
          "message": "cannot keep the setuid or setgid bit of /usr/lib/line/su: no file of an image has one; asked for by /usr/bin/line",
          "pointer": "/interpreter",
          "severity": "warning",
        },
        {
          "code": "FILE_PRIVATE",
          "hint": "add \`{path: "/etc/shadow", because: "..."}\` to closure.include for each that the program reads",
          "message": "cannot ship 1 file that it names: private files need a line of the spec: /etc/shadow; asked for by /usr/bin/line",
          "pointer": "/interpreter",
          "severity": "warning",
        },
      ],
      "figures": {
        "builderBytes": 1103,
        "builderFiles": 12,
        "builderPackages": 0,
        "bytecodeBytes": 32,
        "bytecodeFiles": 1,
        "bytes": 1090,
        "executables": 3,
        "files": 10,
        "packages": 0,
        "unpackagedFiles": 7,
      },
      "layers": [
        "system",
        "interpreter",
        "app",
      ],
      "version": 1,
    }
  `);
  const written = openWrittenLayers(`${scratch}/out`);
  const listed: string[] = [];
  for (const layer of answer.layers) {
    for await (const { path: at, stat } of walk(written.root([layer]), rootPath)) {
      const what = stat.kind === "symlink" ? `-> ${stat.target ?? ""}` : stat.mode.toString(8);
      listed.push(`${layer} ${at} ${what} ${stat.mtimeSeconds}`);
    }
  }
  expect(listed).toMatchInlineSnapshot(`
    [
      "system / 755 315532800",
      "system /lib -> usr/lib 315532800",
      "system /lib64 755 315532800",
      "system /lib64/ld-linux-x86-64.so.2 755 315532800",
      "system /usr 755 315532800",
      "system /usr/lib 755 315532800",
      "system /usr/lib/libc.so.6 644 315532800",
      "interpreter / 755 315532800",
      "interpreter /usr 755 315532800",
      "interpreter /usr/bin 755 315532800",
      "interpreter /usr/bin/line 755 315532800",
      "interpreter /usr/lib 755 315532800",
      "interpreter /usr/lib/line 755 315532800",
      "interpreter /usr/lib/line/__pycache__ 755 315532800",
      "interpreter /usr/lib/line/__pycache__/one.cpython-313.pyc 600 315532800",
      "interpreter /usr/lib/line/old.py 644 315532800",
      "interpreter /usr/lib/line/one.py 644 315532800",
      "interpreter /usr/lib/line/secret -> ../../../etc/shadow 315532800",
      "interpreter /usr/lib/line/su 755 315532800",
      "app / 755 315532800",
      "app /app 755 315532800",
      "app /app/main.txt 644 315532800",
      "app /app/other.txt 644 315532800",
      "app /app/tool 755 315532800",
    ]
  `);
  const pyc = written.read({ folder: "interpreter", path: "/usr/lib/line/__pycache__/one.cpython-313.pyc" });
  expect(Buffer.from(pyc ?? []).readUInt32LE(8)).toBe(315_532_800);

  const locations = JSON.stringify({
    "": { place: "pith.yaml:1", key: "", isDefault: false },
    "/interpreter": { place: "pith.yaml:3", key: "interpreter", isDefault: false },
    "/app": { place: "pith.yaml:4", key: "app", isDefault: false },
  });
  const files = {
    "closure/closure.json": printManifest(manifest),
    "request/request.json": JSON.stringify(openCase(input).request),
    "request/locations.json": locations,
  };
  const print = async (call: ResolverCall, more: Readonly<Record<string, string>> = {}): Promise<string> => {
    const roots = [0, 1].map((index) => openDirectory(`${scratch}/${String(index)}`));
    return [...(await runOnMounts({ files: { ...files, ...more }, roots, layers: written }, call)).values()].join("");
  };
  expect(await print(["explain"])).toMatchInlineSnapshot(`
    "pith.yaml:3 (interpreter) names /usr/bin/line
      /usr/bin/line
      /lib64/ld-linux-x86-64.so.2 lies in it
        /lib64
      /usr/bin lies in it
        /usr
      /usr/bin/line has its library in
        /usr/lib/line
        /usr/lib/line/__pycache__
        /usr/lib/line/__pycache__/one.cpython-313.pyc
        /usr/lib/line/old.py
        /usr/lib/line/one.py
        /usr/lib/line/secret
        /usr/lib/line/su
      /usr/bin/line is loaded by /lib64/ld-linux-x86-64.so.2
        /lib64/ld-linux-x86-64.so.2
      /usr/bin/line lies in it
        /usr/bin
      /usr/bin/line needs libc.so.6
        /lib
        /usr/lib/libc.so.6
      /usr/lib/libc.so.6 lies in it
        /usr/lib
    pith.yaml:4 (app) takes it with the application
      /app
      /app/main.txt
      /app/other.txt
      /app/tool
    "
  `);
  expect(await print(["explain", "/lib/libc.so.6"])).toMatchInlineSnapshot(`
    "/lib/libc.so.6 is /usr/lib/libc.so.6.

    /usr/lib/libc.so.6 is in the image: a file of 305 bytes, in the layer system.

      pith.yaml:3 (interpreter) names /usr/bin/line.
      /usr/bin/line needs libc.so.6, which is /usr/lib/libc.so.6.
    "
  `);
  expect(await print(["explain", "/usr/share/x/libc.so.6"])).toMatchInlineSnapshot(`
    "/usr/share/x/libc.so.6 is not in the image: it is not in the builder main either.

    Of the same name:
      /usr/lib/libc.so.6
    "
  `);
  const printed = await print(["manifest"]);
  expect(await print(["diff", "old.json"], { "roots/0/old.json": printed })).toContain(
    "The two images are the same.\n",
  );
  expect(printed.slice(printed.indexOf('"layers"'), printed.indexOf('"path": "/bin"'))).toMatchSnapshot();
});

async function resolveOnDisk(one: ClosureCase): ReturnType<typeof answerRequest> {
  const { request } = openCase(one);
  const trees = [one.root, ...(one.trees ?? []).map((source) => source.tree)];
  const hostPaths = trees.map((text, index) => writeTree(text, `${scratch}/${index}`));
  const roots = new Map(request.trees.map(({ id }, index) => [id, openCopySource(hostPaths[index] ?? "")]));
  fs.mkdirSync(`${scratch}/out`);
  return answerRequest({
    request,
    roots: hostPaths.map(openDirectory),
    plugins: { ...bare, runtimes: [lineRuntime] },
    async writeLayers(plans) {
      for (const plan of plans) {
        await writeArchive(plan, {
          hostPath: `${scratch}/out/${plan.name}.tar`,
          roots,
          epochSeconds: request.epochSeconds,
        });
      }
    },
    countTrees: () => hostPaths.map(countFiles),
  });
}

function writeTree(text: string, hostPath: string): string {
  fs.mkdirSync(hostPath, { recursive: true });
  for (const [at, entry] of parseFixture(text)) {
    const location = hostPath + at;
    fs.mkdirSync(path.dirname(location), { recursive: true });
    if (entry.target !== undefined) fs.symlinkSync(entry.target, location);
    else if (entry.content === undefined) fs.mkdirSync(location, { recursive: true });
    else {
      fs.writeFileSync(location, location.endsWith("one.cpython-313.pyc") ? freshBytecode() : entry.content);
      fs.chmodSync(location, entry.mode ?? 0o644);
      const time = entry.mtimeSeconds ?? 0;
      fs.utimesSync(location, time, time);
    }
  }
  return hostPath;
}

/** The header of bytecode that was made from `one.py` (PEP 552). */
function freshBytecode(): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32LE(0x0a_0d_0d_f3, 0);
  bytes.writeUInt32LE(1_000_000_000, 8);
  bytes.writeUInt32LE("print(1)\n".length, 12);
  return bytes;
}
