import type { Need, ProcessContext } from "../../closure/model/closure.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ModuleTree } from "./module-tree.ts";
import type { PackageJson } from "./package-json.ts";

type Manager = "npm" | "npx" | "pnpm" | "yarn";

/** Where the managers that give scripts to sh have their programs; yarn since its second version runs them itself. */
const programs: readonly (readonly [Manager, RegExp])[] = [
  ["npm", /\/npm\/bin\/npm-cli\.js$/u],
  ["npx", /\/npm\/bin\/npx-cli\.js$/u],
  ["pnpm", /\/pnpm\/(?:bin|dist)\/pnpm\.[cm]?js$/u],
  ["yarn", /\/yarn(?:pkg|js|-v1[\d.]*)?\/(?:bin|lib)\/(?:yarn|cli)\.js$/u],
];

/** Words by which npm and the others run a script of its own name (npm-start(1), npm-test(1) ...). */
const named: Readonly<Record<string, string>> = {
  start: "start",
  stop: "stop",
  restart: "restart",
  test: "test",
  tst: "test",
  t: "test",
};
const runs: ReadonlySet<string> = new Set(["run", "run-script", "rum", "urn"]);
const executes: ReadonlySet<string> = new Set(["exec", "x", "dlx"]);
const folderOptions: ReadonlySet<string> = new Set(["--prefix", "-C", "--cwd", "--dir"]);
/** Options after which other packages are meant. */
const elsewhere = /^(?:-w|--workspaces?|--filter|-F|-r|--recursive|--package|-p|-c|--call)(?:=|$)/u;

interface Started {
  readonly folder: AbsPath;
  readonly words: readonly string[];
}

/**
 * The program that a package manager starts as the program of an image: `sh -c` with a script of package.json, where
 * the programs of installed packages are found first. Nothing where it is told to do anything else, or where another
 * package is meant.
 */
export async function* packageScriptNeeds(
  script: { readonly real: AbsPath; readonly args: readonly string[] },
  { proc, tree }: { readonly proc: ProcessContext; readonly tree: ModuleTree },
): AsyncIterable<Need> {
  const manager = programs.find(([, program]) => program.test(script.real))?.[0];
  if (manager === undefined) return;
  const started = readWords(script.args, proc.workdir);
  if (started === undefined) return;
  const json = await tree.packageIn(started.folder);
  const texts = manager === "npx" ? [started.words.join(" ")] : scriptTexts(manager, started.words, json);
  const server = await tree.kindOf(toAbsPath("server.js", started.folder));
  // npm's own word for start (npm-start(1)).
  const isServer = texts.length === 0 && manager === "npm" && started.words[0] === "start" && server === "file";
  for (const text of isServer ? ["node server.js"] : texts) yield* shellNeeds(text, started.folder, proc);
}

/**
 * What `node --run` starts (nodejs.org/api/cli.html#--run): the shell with a script of the nearest package.json, alone.
 */
export async function* runScriptNeeds(
  { name, args }: { readonly name: string; readonly args: readonly string[] },
  { proc, tree }: { readonly proc: ProcessContext; readonly tree: ModuleTree },
): AsyncIterable<Need> {
  const folder = await tree.scopeOf(proc.workdir);
  const text = folder && (await tree.packageIn(folder))?.scripts[name];
  if (folder === undefined || text === undefined) return;
  const why = `runs the script ${name} of package.json`;
  yield { path: toAbsPath("package.json", folder), role: "module", evidence: "proved", why };
  yield* shellNeeds([text, ...args].join(" "), folder, proc);
}

/** `sh -c` with a script, for which the programs of installed packages are found first. */
async function* shellNeeds(text: string, folder: AbsPath, proc: ProcessContext): AsyncIterable<Need> {
  const path = (await proc.findProgram("sh")) ?? toAbsPath("/bin/sh");
  const code = `PATH=${programFolders(folder).join(":")}:$PATH\n${text}`;
  const why = `gives sh what it is told to run: ${text.length > 60 ? `${text.slice(0, 57)}...` : text}`;
  yield { path, role: "program", evidence: "proved", why, args: ["-c", code] };
}

function readWords(args: readonly string[], workdir: AbsPath): Started | undefined {
  let folder = workdir;
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    const [first = ""] = words;
    // The rest is for the script.
    if (arg === "--" || words.length > (runs.has(first) || executes.has(first) ? 1 : 0)) {
      words.push(...args.slice(arg === "--" ? index + 1 : index));
      break;
    }
    if (elsewhere.test(arg)) return undefined;
    const [option = "", value] = arg.split("=", 2);
    if (folderOptions.has(option)) {
      folder = toAbsPath(value ?? args[++index] ?? "", workdir);
    } else if (!arg.startsWith("-")) words.push(arg);
  }
  return words.length === 0 ? undefined : { folder, words };
}

/** The texts that sh is given: the script, and the ones that npm and yarn run before and after it. */
function scriptTexts(manager: Manager, words: readonly string[], json: PackageJson | undefined): readonly string[] {
  const [word = "", next, ...rest] = words;
  const scripts = json?.scripts ?? {};
  if (executes.has(word)) return next === undefined ? [] : [[next, ...rest].join(" ")];
  // The short names are npm's; pnpm and yarn take any script's, or any installed program's, for a word.
  const own = manager === "npm" ? named[word] : word;
  const name = runs.has(word) ? next : own;
  if (name === undefined) return [];
  const given = runs.has(word) ? rest : words.slice(1);
  const text = scripts[name];
  if (text === undefined) return [];
  const around = manager === "pnpm" ? [undefined, undefined] : [scripts[`pre${name}`], scripts[`post${name}`]];
  return [around[0], [text, ...given].join(" "), around[1]].filter((one) => one !== undefined);
}

/** `node_modules/.bin` of the folder and of every one above. */
export function programFolders(folder: AbsPath): readonly AbsPath[] {
  const own = toAbsPath("node_modules/.bin", folder);
  return folder === "/" ? [own] : [own, ...programFolders(parentOf(folder))];
}
