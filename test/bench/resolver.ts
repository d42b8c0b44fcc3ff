import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import process from "node:process";
import type { ClosureRequest } from "../../src/closure/model/request.ts";
import { resolverFlags } from "../../src/frontend/resolve/closure-step.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { writeElf } from "../support/elf-writer.ts";

/** The cost of one run of the resolver's program, whole. */
export interface ResolverResult {
  readonly name: string;
  readonly builderFiles: number;
  readonly seconds: number;
  /** Peak resident memory. */
  readonly megabytes: number;
  /** Files that the image has. */
  readonly files: number;
  /** How time and memory grew from the case before it, a tenth of the size: 10 is linear. */
  readonly growth: { readonly seconds: number; readonly megabytes: number } | undefined;
}

interface Case {
  readonly name: string;
  readonly builderFiles: number;
  readonly moduleFiles: number;
  /** True when the image takes every file of the builder. */
  readonly takesAll: boolean;
}

const cases: readonly Case[] = [
  { name: "builder of 1,000 files", builderFiles: 1_000, moduleFiles: 0, takesAll: false },
  { name: "builder of 10,000 files", builderFiles: 10_000, moduleFiles: 0, takesAll: false },
  { name: "builder of 100,000 files", builderFiles: 100_000, moduleFiles: 0, takesAll: false },
  { name: "all of 1,000 files", builderFiles: 1_000, moduleFiles: 0, takesAll: true },
  { name: "all of 10,000 files", builderFiles: 10_000, moduleFiles: 0, takesAll: true },
  { name: "all of 100,000 files", builderFiles: 100_000, moduleFiles: 0, takesAll: true },
  { name: "node_modules of 20,000 files", builderFiles: 1_000, moduleFiles: 20_000, takesAll: false },
];

const reporter = `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"));`;

/**
 * The resolver alone: its program (`resolver.js` as the frontend's image has it), in a process of its own, on builders
 * of 1, 10 and 100 thousand files of which it keeps few, on the same with everything kept, and on an application with
 * 20 thousand files in node_modules. Each case counts with the median of its runs.
 */
export function measureResolver(
  program: string,
  { runs, told }: { readonly runs: number; readonly told: (result: ResolverResult) => void },
): readonly ResolverResult[] {
  const results: ResolverResult[] = [];
  for (const one of cases) {
    const base = fs.mkdtempSync(`${os.tmpdir()}/pith-bench-`);
    try {
      prepare(base, one);
      // As the frontend's image keeps it.
      if (results.length === 0) measure(base, program, { PITH_KEEP_CODE: "1" });
      const measured = Array.from({ length: runs }, () => measure(base, program));
      const median = measured.toSorted((left, right) => left.seconds - right.seconds)[Math.floor(runs / 2)];
      if (median === undefined) throw new Error("no runs were asked for");
      const { name, builderFiles } = one;
      const before = results.at(-1);
      const grows = before !== undefined && before.builderFiles * 10 === builderFiles;
      const growth = grows
        ? { seconds: median.seconds / before.seconds, megabytes: median.megabytes / before.megabytes }
        : undefined;
      const result = { name, builderFiles, ...median, growth };
      told(result);
      results.push(result);
    } finally {
      fs.rmSync(base, { recursive: true });
    }
  }
  return results;
}

function measure(
  base: string,
  program: string,
  env: Readonly<Record<string, string>> = {},
): Pick<ResolverResult, "seconds" | "megabytes" | "files"> {
  fs.rmSync(`${base}/out`, { recursive: true, force: true });
  const start = performance.now();
  const module = `data:text/javascript,${encodeURIComponent(reporter)}`;
  const run = spawnSync(
    process.execPath,
    [...resolverFlags, "--import", module, program, `--base=${base}`, "resolve"],
    {
      encoding: "utf8",
      env: { ...process.env, ...env },
    },
  );
  const seconds = (performance.now() - start) / 1000;
  if (run.status !== 0) throw new Error(`the resolver failed: ${run.stderr}`);
  const answer = fs.readFileSync(`${base}/out/answer.json`, "utf8");
  const files = Number(/"files":(\d+)/.exec(answer)?.[1]);
  if (answer.includes('"severity":"error"')) throw new Error(answer);
  return { seconds, megabytes: Number(/peak (\d+)/.exec(run.stderr)?.[1]) / 1024, files };
}

function prepare(base: string, one: Case): void {
  const root = `${base}/roots/0`;
  writeProgram(root, "usr/bin/node");
  // No file here has capabilities, so that none need be asked.
  write(`${base}/bin/filecaps`, "#!/bin/sh\nexec cat >/dev/null\n", 0o755);
  writeTree(`${root}/usr/share/generated`, one.builderFiles);
  if (one.moduleFiles > 0) writeModules(`${base}/roots/1`, one.moduleFiles);
  fs.mkdirSync(`${base}/request`, { recursive: true });
  fs.writeFileSync(`${base}/request/request.json`, JSON.stringify(requestOf(one)));
}

function writeProgram(root: string, path: string): void {
  const loader = "/lib64/ld-linux-x86-64.so.2";
  write(`${root}${loader}`, writeElf({ machine: "x86_64" }), 0o755);
  write(`${root}/usr/lib/libc.so.6`, writeElf({ machine: "x86_64", soname: "libc.so.6" }), 0o755);
  write(`${root}/${path}`, writeElf({ machine: "x86_64", loader, needed: ["libc.so.6"] }), 0o755);
}

/** Files in directories of a hundred, as packages have them, with a database that owns them. */
function writeTree(directory: string, count: number): void {
  for (let index = 0; index < count; index++) {
    const hostPath = `${directory}/d${Math.floor(index / 1000)}/e${Math.floor(index / 100) % 10}`;
    if (index % 100 === 0) fs.mkdirSync(hostPath, { recursive: true });
    fs.writeFileSync(`${hostPath}/file${index}.txt`, `${index}\n`);
  }
}

/** Packages of twenty files, each of which requires its neighbours. */
function writeModules(app: string, count: number): void {
  write(`${app}/server.js`, 'require("p0");\n', 0o644);
  write(`${app}/package.json`, '{"name":"bench","version":"1.0.0","dependencies":{"p0":"1.0.0"}}\n', 0o644);
  for (let index = 0; index < count / 20; index++) {
    const hostPath = `${app}/node_modules/p${index}`;
    const next = index + 1 < count / 20 ? { [`p${index + 1}`]: "1.0.0" } : {};
    fs.mkdirSync(hostPath, { recursive: true });
    fs.writeFileSync(
      `${hostPath}/package.json`,
      JSON.stringify({ name: `p${index}`, version: "1.0.0", main: "f0.js", dependencies: next }),
    );
    for (let file = 0; file < 19; file++) {
      const requires =
        file < 18
          ? `require("./f${file + 1}.js");\n`
          : Object.keys(next)
              .map((name) => `require("${name}");\n`)
              .join("");
      fs.writeFileSync(`${hostPath}/f${file}.js`, `"use strict";\n${requires}module.exports = ${file};\n`);
    }
  }
}

function write(hostPath: string, content: string | Uint8Array, mode: number): void {
  fs.mkdirSync(hostPath.slice(0, hostPath.lastIndexOf("/")), { recursive: true });
  fs.writeFileSync(hostPath, content, { mode });
}

function requestOf(one: Case): ClosureRequest {
  const hasApp = one.moduleFiles > 0;
  const app = { id: "app", prefix: toAbsPath("/app"), kind: "app", owner: { uid: 65_532, gid: 65_532 } } as const;
  return {
    version: 1,
    architecture: "amd64",
    epochSeconds: 315_532_800,
    trees: [{ id: "builder:main", prefix: toAbsPath("/"), kind: "builder" }, ...(hasApp ? [app] : [])],
    views: [{ name: "main", trees: ["builder:main", ...(hasApp ? ["app"] : [])] }],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "node" },
      ...(hasApp ? [{ kind: "app", pointer: "/app", view: "main" } as const] : []),
      ...(one.takesAll
        ? [{ kind: "include", pointer: "/closure/include/0", view: "main", path: "/usr/share/generated/**" } as const]
        : []),
    ],
    process: {
      view: "main",
      cmd: hasApp ? ["/app/server.js"] : [],
      env: {},
      workdir: toAbsPath(hasApp ? "/app" : "/"),
      user: "nonroot",
      entries: [],
      ...(hasApp ? { appRoot: toAbsPath("/app") } : {}),
      stdlib: "safe",
      prune: "safe",
      bytecode: "keep",
    },
    accounts: { users: [], groups: [] },
    system: { certificates: "auto", timezone: "none", locales: ["C.UTF-8"], nss: ["files", "dns"], tmp: true },
    closure: { dlopen: "auto", include: [], exclude: [], missing: "error" },
    layers: ["system", "interpreter", "dependencies", "app"],
    metadata: { packageDb: "auto", reasonsFile: false },
  };
}
