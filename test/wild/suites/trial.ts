import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { capture, output } from "../../../scripts/lib/command.ts";
import { folderFiles } from "../../../scripts/lib/folder-files.ts";
import { type Box, type Command, start } from "../../support/box.ts";
import type { Level } from "../../support/corpus.ts";
import { unpackImage } from "../../support/unpacked-image.ts";
import { lackedPaths, missedPaths, namesPath } from "../missing.ts";
import { withOverlay } from "../overlay.ts";
import { ensureBase, ensureInstalled, wildFolder } from "../roots.ts";
import {
  applicationOf,
  type SuiteApplication,
  scriptsOf,
  tallyOf,
  testTools,
  writeApplication,
} from "./application.ts";
import { type Language, type SourcePackage, upstreamSources } from "./sample.ts";

export interface SuiteTrial {
  readonly language: Language;
  readonly name: string;
  readonly script: string;
  readonly level: Level;
  readonly outcome: "works" | "announced" | "silent" | "refused";
  readonly failure: string;
  readonly missed: readonly string[];
  readonly lacked: readonly string[];
  readonly said: string;
  readonly bytes: number;
  readonly milliseconds: number;
}

const millisecondsOfRun = 90_000;

export interface SuiteTrying {
  readonly cli: string;
  /** How many scripts of a package are tried. */
  readonly count: number;
  readonly levels: readonly Level[];
  readonly only?: string | undefined;
  /** Only packages that load some of their parts by names. */
  readonly isPluggable: boolean;
}

/** Tries upstream test scripts of a package; answers why not where none can be tried. */
export async function trySuite(
  language: Language,
  source: SourcePackage,
  trying: SuiteTrying,
): Promise<readonly SuiteTrial[] | string> {
  const tree = await upstreamSources(source);
  if (tree === undefined) return "no sources";
  if (trying.isPluggable && !hasPlugIns(tree)) return "no plug-ins";
  const scripts = scriptsOf(language, tree).filter((one) => trying.only === undefined || one === trying.only);
  if (scripts.length === 0) return "no tests";
  const layers = await installedLayers(language, source).catch(() => undefined);
  if (layers === undefined) return "not installed";
  mkdirSync(join(wildFolder(), "scratch"), { recursive: true });
  const folder = mkdtempSync(join(wildFolder(), "scratch", `${source.name}-`));
  const trials: SuiteTrial[] = [];
  const invalid: string[] = [];
  try {
    const context = join(folder, "context");
    const whole = { lower: layers, upper: join(folder, "whole/upper"), folder: join(folder, "whole") };
    const location = { lower: layers, upper: join(folder, "builder/upper"), folder: join(folder, "builder") };
    await withOverlay(whole, async (whole) =>
      withOverlay(location, async (builder) => {
        writeApplication(language, { tree, context, installed: filesOf(whole, source) });
        cpSync(context, join(whole, "app"), { recursive: true, verbatimSymlinks: true });
        await output("chown", ["-R", "65532:65532", join(whole, "app")]);
        const prepared = { ...trying, language, source, context, builder, whole, folder };
        const valid: Valid[] = [];
        for (const script of scripts.slice(0, trying.count * 2)) {
          if (valid.length >= trying.count) break;
          const application = applicationOf(language, { tree, script });
          // The spec has the command of the first: another one may be another program.
          if (valid.some((one) => toolOf(one.application) !== toolOf(application))) continue;
          const one = await validate(application, prepared, valid.length);
          if (typeof one === "string") invalid.push(`${script}: ${one}`);
          else valid.push(one);
        }
        if (valid.length === 0) return;
        for (const level of trying.levels) trials.push(...(await tryLevel(prepared, { level, valid })));
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return trials.length === 0 ? `no test passes in the builder\n${invalid.join("\n")}` : trials;
}

function toolOf({ cmd }: SuiteApplication): string {
  return cmd.slice(0, -1).join(" ");
}

const plugIns =
  /^(?!(?:t|tests?|spec|xt|examples?|debian|docs?)\/).*\/(?:plug-?ins?|drivers?|backends?|adapters?|engines?|handlers?|formats?|formatters?|providers?|loaders?|extensions?|commands?|parsers?|renderers?|readers?|writers?|filters?|locales?)\/[^/]+\.(?:pm|py|rb|js|php)$/iu;

function hasPlugIns(tree: string): boolean {
  const found = globSync("**/*.{pm,py,rb,js,php}", { cwd: tree }).filter((path) => plugIns.test(path));
  return found.length >= 3;
}

async function installedLayers(
  language: Language,
  { binaries, testDependencies }: SourcePackage,
): Promise<readonly string[]> {
  const base = await ensureBase();
  const tools = [await ensureInstalled(testTools[language], [base]), base];
  return [await ensureInstalled([...binaries, ...testDependencies], tools), ...tools];
}

/** The files of a package's binaries in a root. */
function filesOf(root: string, { binaries }: SourcePackage): readonly string[] {
  const info = join(root, "var/lib/dpkg/info");
  const lists = readdirSync(info).filter((file) =>
    binaries.some((name) => file === `${name}.list` || file.startsWith(`${name}:`)),
  );
  return lists
    .filter((file) => file.endsWith(".list"))
    .flatMap((file) => readFileSync(join(info, file), "utf8").split("\n"));
}

interface Prepared extends SuiteTrying {
  readonly language: Language;
  readonly source: SourcePackage;
  readonly context: string;
  readonly builder: string;
  readonly whole: string;
  readonly folder: string;
}

/** A test that does the same twice in the builder. */
interface Valid {
  readonly application: SuiteApplication;
  readonly expected: Ran;
  readonly traceFile: string;
}

async function validate(
  application: SuiteApplication,
  { whole, folder }: Prepared,
  index: number,
): Promise<Valid | string> {
  const { interpreter, cmd, env } = application;
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  const command: Command = {
    argv: [interpreter, ...cmd],
    env: { PATH: path, ...env },
    workdir: "/app",
    user: "65532:65532",
  };
  const traceFile = join(folder, `trace-builder-${index}`);
  rmSync(`${traceFile}.1`, { force: true });
  boxes++;
  const expected = await run(command, {
    root: whole,
    folder: join(folder, `box-${boxes}`),
    traceFile: `${traceFile}.1`,
  });
  if (expected.code >= 124 || expected.tally === "") return expected.text.slice(-400);
  const again = await run(command, { root: whole, folder: join(folder, `box-again-${boxes}`) });
  if (again.code !== expected.code || again.tally !== expected.tally) return "is unsteady";
  return { application, expected, traceFile };
}

let boxes = 0;

interface Ran {
  readonly code: number;
  readonly tally: string;
  readonly text: string;
}

async function run(
  command: Command,
  place: { readonly root: string; readonly folder: string; readonly traceFile?: string },
): Promise<Ran> {
  const box: Box = { ...place, tmpfs: ["/tmp:exec"], volumes: ["/app"], capabilities: "usual" };
  const started = await start(box, command);
  if (!(await started.waitFor(millisecondsOfRun))) {
    await started.stop();
    return { code: 124, tally: "", text: "does not end" };
  }
  const stdout = started.stdout();
  const text = `${stdout.slice(-4000)}\n${started.stderr().slice(-4000)}`.trim();
  return { code: started.ended() ?? 1, tally: tallyOf(`${stdout}\n${started.stderr()}`), text };
}

async function tryLevel(
  prepared: Prepared,
  { level, valid }: { readonly level: Level; readonly valid: readonly Valid[] },
): Promise<readonly SuiteTrial[]> {
  const { cli, builder, whole, context, folder, language, source } = prepared;
  const about = { language, name: source.name, level };
  const nothing = { missed: [], lacked: [], bytes: 0, milliseconds: 0 };
  const spec = join(context, "pith.yaml");
  writeFileSync(
    spec,
    specOf(
      valid.map(({ application }) => application),
      level,
    ),
  );
  const layout = join(folder, `layout-${level}`);
  const begun = performance.now();
  const options = [
    "build",
    "-f",
    spec,
    "--source",
    `main=dir:${builder}`,
    "--compression",
    "none",
    "-o",
    `oci:${layout}`,
  ];
  const built = await capture(process.execPath, [cli, ...options]);
  const milliseconds = Math.round(performance.now() - begun);
  const said = built.stderr.replaceAll(folder, "");
  if (built.code !== 0)
    return [{ ...about, ...nothing, script: "*", outcome: "refused", failure: said.slice(-1500), said }];
  const root = join(folder, `root-${level}`);
  const image = await unpackImage(layout, root);
  const bytes = folderFiles(root).reduce((sum, { size }) => sum + size, 0);
  const trials: SuiteTrial[] = [];
  for (const [index, { application, expected, traceFile: builderTrace }] of valid.entries()) {
    const command = {
      ...image.command,
      argv: [...image.command.argv.slice(0, image.entrypointLength), ...application.cmd],
    };
    const box = join(folder, `box-${level}-${index}`);
    const ran = await run(command, { root, folder: box });
    const isSame = ran.code === expected.code && ran.tally === expected.tally;
    const traceFile = join(folder, `trace-${level}-${index}`);
    if (!isSame) await run(command, { root, folder: `${box}-traced`, traceFile: `${traceFile}.1` });
    const missed = isSame ? [] : missedPaths(traceFile, { root, builder: whole });
    const lacked = lackedPaths(builderTrace, { root, builder: whole });
    const isSaid = missed.some((path) => namesPath(said, path));
    const outcome = isSame ? "works" : isSaid ? "announced" : "silent";
    const failure = isSame ? "" : `code ${ran.code}\n${difference(expected.tally, ran.tally)}\n${ran.text}`;
    trials.push({ ...about, script: application.script, outcome, failure, missed, lacked, said, bytes, milliseconds });
  }
  return trials;
}

function difference(expected: string, tally: string): string {
  const [left, right] = [expected.split("\n"), tally.split("\n")];
  const at = left.findIndex((line, index) => line !== right[index]);
  return at < 0 ? "" : `expected ${left[at] ?? ""}, got ${right[at] ?? "nothing"}`;
}

function specOf(applications: readonly SuiteApplication[], level: Level): string {
  const isSafe = level === "safe";
  const [first] = applications;
  const interpreter = first?.interpreter ?? "";
  const entry = applications.map(({ script }) => script);
  const spec = {
    from: "suite",
    interpreter: isSafe ? interpreter : { path: interpreter, stdlib: "reachable" },
    app: { src: ".", dependencies: "none", entry, ...(isSafe ? {} : { prune: "reachable" }) },
    cmd: first?.cmd ?? [],
  };
  return `# syntax=localhost:5000/pith:1\n${stringify(spec)}`;
}

/** Where results are kept. */
export function suiteResultFile(label: string, name: string): string {
  return join(wildFolder(), "suites", label, `${name}.json`);
}

/** Whether a package was tried under a label. */
export function isTried(label: string, name: string): boolean {
  return existsSync(suiteResultFile(label, name));
}
