import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { capture } from "../../../scripts/lib/command.ts";
import { sha256 } from "../../../scripts/lib/oci-push.ts";
import { say } from "../../../scripts/lib/project.ts";
import { twoAtOnce } from "../../../scripts/lib/two-at-once.ts";
import { start } from "../../support/box.ts";
import type { Level } from "../../support/corpus.ts";
import { unpackImage } from "../../support/unpacked-image.ts";
import { withOverlay } from "../overlay.ts";
import { ensureBase, ensureInstalled, runInRoot, wildFolder } from "../roots.ts";
import { sampleOf } from "./sample.ts";

/** What became of a module that an image loads alone. */
export interface ModuleTrial {
  readonly module: string;
  readonly level: Level;
  readonly outcome: "works" | "loads less" | "fails" | "refused";
  /** Modules that it loads in the builder and not in the image. */
  readonly lacked: readonly string[];
  readonly failure: string;
  /** The build said something of what is lacked. */
  readonly isSaid: boolean;
}

export interface ModuleTrying {
  readonly cli: string;
  readonly levels: readonly Level[];
  readonly seed: string;
  /** How many modules of Python's own library, in the order of the seed. */
  readonly count: number;
  /** How many packages of Debian, with up to eight modules each. */
  readonly packages: number;
  /** These alone, of Python's own library. */
  readonly only: readonly string[];
  readonly report: (trial: ModuleTrial) => void;
}

const modulesOfPackage = 8;

/** Loads modules of Python one at a time in images of their own, and compares what is then loaded with the builder. */
export async function tryPythonModules(trying: ModuleTrying): Promise<void> {
  const base = await ensureBase();
  const python = [await ensureInstalled(["python3"], [base]), base];
  const own = trying.only.length > 0 ? trying.only : (await ownModules(python, trying)).slice(0, trying.count);
  await tryAll(own, python, trying);
  if (trying.only.length > 0) return;
  const chosen = (await sampleOf("python", trying.seed)).slice(0, trying.packages);
  for (const { name, binaries } of chosen) {
    const layer = await ensureInstalled([...binaries], python).catch(() => undefined);
    if (layer === undefined) say(`${name}: not installed`);
    else await tryAll(inOrder(modulesOf(layer), trying.seed).slice(0, modulesOfPackage), [layer, ...python], trying);
  }
}

function inOrder(names: readonly string[], seed: string): readonly string[] {
  const order = (name: string): string => sha256(`${seed} ${name}`);
  return names.toSorted((left, right) => (order(left) < order(right) ? -1 : 1));
}

async function ownModules(layers: readonly string[], { seed }: ModuleTrying): Promise<readonly string[]> {
  const folder = mkdtempSync(join(wildFolder(), "own-"));
  const script = "import sys; print(*sorted(sys.stdlib_module_names))";
  try {
    return await withOverlay(
      { lower: layers, upper: join(folder, "upper"), folder: join(folder, "all") },
      async (root) => {
        const listed = (await runInRoot(root, `python3 -c '${script}'`)).trim().split(" ");
        const library = join(root, "usr/lib/python3.13");
        const inner = listed.flatMap((name) =>
          existsSync(join(library, name, "__init__.py")) ? below(library, name) : [],
        );
        // Tests, and what takes a screen or another system.
        const isOdd = (name: string): boolean =>
          /^(?:test|idlelib|tkinter|turtle|turtledemo|antigravity|this)\b|__main__|(?:^|\.)(?:tests?|_?win|nt|msvcrt|winreg|winsound|.*windows.*)/u.test(
            name,
          );
        return inOrder(
          [...new Set([...listed, ...inner])].filter((name) => !isOdd(name)),
          seed,
        );
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function below(library: string, name: string): readonly string[] {
  return readdirSync(join(library, ...name.split(".")), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory() && existsSync(join(library, ...name.split("."), entry.name, "__init__.py"))) {
      return [`${name}.${entry.name}`, ...below(library, `${name}.${entry.name}`)];
    }
    const own = /^(\w+)\.py$/u.exec(entry.name)?.[1];
    return own === undefined || own.startsWith("__") ? [] : [`${name}.${own}`];
  });
}

function modulesOf(layer: string): readonly string[] {
  const site = join(layer, "usr/lib/python3/dist-packages");
  if (!existsSync(site)) return [];
  return readdirSync(site, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) {
      return existsSync(join(site, entry.name, "__init__.py")) ? [entry.name, ...below(site, entry.name)] : [];
    }
    return /^(\w+)\.py$/u.exec(entry.name)?.[1] ?? [];
  });
}

async function tryAll(modules: readonly string[], layers: readonly string[], trying: ModuleTrying): Promise<void> {
  await twoAtOnce(modules, async (module) => {
    const folder = mkdtempSync(join(wildFolder(), "module-"));
    try {
      await tryModule(module, { layers, folder, trying });
    } catch (failure) {
      say(`${module}: ${String(failure).slice(0, 300)}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function tryModule(
  module: string,
  {
    layers,
    folder,
    trying,
  }: { readonly layers: readonly string[]; readonly folder: string; readonly trying: ModuleTrying },
): Promise<void> {
  const context = join(folder, "context");
  mkdirSync(join(context, "app"), { recursive: true });
  const source = `import sys\nimport ${module}\nprint("\\n" + "\\n".join(sorted(sys.modules)))\n`;
  writeFileSync(join(context, "app/main.py"), source);
  const place = (name: string) => ({ lower: layers, upper: join(folder, name, "upper"), folder: join(folder, name) });
  await withOverlay(place("whole"), async (whole) =>
    withOverlay(place("builder"), async (builder) => {
      mkdirSync(join(whole, "app"));
      writeFileSync(join(whole, "app/main.py"), source);
      const expected = await loaded({ root: whole, folder: join(folder, "box") }, ["/usr/bin/python3", "main.py"]);
      if (typeof expected === "string") return;
      for (const level of trying.levels) {
        trying.report({ module, level, ...(await compare({ level, expected, builder, context, folder }, trying)) });
      }
    }),
  );
}

async function compare(
  prepared: {
    readonly level: Level;
    readonly expected: readonly string[];
    readonly builder: string;
    readonly context: string;
    readonly folder: string;
  },
  { cli }: ModuleTrying,
): Promise<Omit<ModuleTrial, "module" | "level">> {
  const { level, expected, builder, context, folder } = prepared;
  const spec = join(context, "pith.yaml");
  const layout = join(folder, `layout-${level}`);
  writeFileSync(spec, specOf(level));
  const options = ["--source", `main=dir:${builder}`, "--compression", "none", "-o", `oci:${layout}`];
  const built = await capture(process.execPath, [cli, "build", "-f", spec, ...options]);
  const said = built.stderr;
  if (built.code !== 0) return { outcome: "refused", lacked: [], failure: said.slice(-900), isSaid: true };
  const root = join(folder, `root-${level}`);
  const image = await unpackImage(layout, root);
  const found = await loaded({ root, folder: join(folder, `box-${level}`) }, image.command.argv);
  if (typeof found === "string") return { outcome: "fails", lacked: [], failure: found, isSaid: false };
  const lacked = expected.filter((name) => !found.includes(name));
  const isSaid = lacked.some((name) => said.includes(name));
  return { outcome: lacked.length === 0 ? "works" : "loads less", lacked, failure: "", isSaid };
}

/** The modules that are loaded in the end, or what was said instead. */
async function loaded(
  place: { readonly root: string; readonly folder: string },
  argv: readonly string[],
): Promise<readonly string[] | string> {
  const env = { PATH: "/usr/local/bin:/usr/bin:/bin" };
  const box = { ...place, tmpfs: ["/tmp:exec"], volumes: [], capabilities: "usual" } as const;
  const started = await start(box, { argv, env, workdir: "/app", user: "65532:65532" });
  if (!(await started.waitFor(30_000))) {
    await started.stop();
    return "does not end";
  }
  if (started.ended() !== 0) return started.stderr().slice(-700);
  return started
    .stdout()
    .split("\n")
    .filter((name) => /^[\w.]+$/u.test(name));
}

function specOf(level: Level): string {
  const isSafe = level === "safe";
  const spec = {
    from: "modules",
    interpreter: isSafe ? "python3" : { path: "python3", stdlib: "reachable" },
    app: isSafe ? "app" : { src: "app", prune: "reachable" },
    cmd: ["main.py"],
  };
  return `# syntax=localhost:5000/pith:1\n${stringify(spec)}`;
}

/** Keeps a result; answers the line that says it. */
export function keepModuleTrial(label: string, trial: ModuleTrial): string {
  const file = join(wildFolder(), "suites", label, "modules", `${trial.module}-${trial.level}.json`);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `${JSON.stringify(trial, undefined, 1)}\n`);
  const { module, level, outcome, lacked, failure, isSaid } = trial;
  const about = `${module} ${level}: ${outcome}${isSaid && outcome !== "works" ? ", announced" : ""}`;
  return `${about} ${lacked.join(" ")}${failure === "" ? "" : `\n    ${failure.replaceAll("\n", "\n    ")}`}`;
}
