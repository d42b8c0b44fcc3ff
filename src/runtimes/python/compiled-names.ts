import type { AbsPath } from "../../rootfs/rootfs.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { ModuleFinder } from "./module-finder.ts";
import { isExcludedFromSafe } from "./stdlib.ts";

interface CompiledContext {
  readonly installation: Installation;
  readonly finder: ModuleFinder;
  /** The compiled file. */
  readonly file: AbsPath;
  readonly reachName: (name: string, text: string) => Promise<void>;
}

/**
 * Compiled code names what it imports in its strings: modules by their whole names, those beside it in its package,
 * compiled parts at the top, which it shares with others (mypyc's and cffi's), and what its distribution requires.
 */
export async function reachCompiledNames(
  strings: readonly string[],
  package_: string,
  context: CompiledContext,
): Promise<void> {
  const { installation, finder, reachName } = context;
  const { proc } = installation;
  const isTraced = proc.prune === "reachable" || proc.stdlib === "reachable";
  const isCython = strings.some((text) => text.startsWith("__pyx_"));
  const top = package_.split(".")[0] ?? package_;
  const { distributions } = installation;
  const required = new Set(distributions.ownersOf(context.file).flatMap(({ requires }) => requires));
  for (const text of strings) {
    // Cython's functions import it when asyncio asks whether they are coroutines, and do without it.
    if (isCython && text === "asyncio.coroutines") continue;
    if (text.length > 100 || !/^\w[\w.]*\w$/u.test(text)) {
      if (package_ !== "") await reachNamesWithin(text, package_, context);
      continue;
    }
    const isDotted = text.includes(".");
    const found = await finder.find(text);
    if (found?.file !== undefined) {
      const isStdlib = areaOf(installation, found.file) === "stdlib";
      const isPart = found.kind === "extension" && !isDotted;
      // `test` and `turtle` are words, and no program imports those.
      const isWord = isStdlib && !isDotted && isExcludedFromSafe(`${text}/`);
      const owners = isStdlib || isDotted ? [] : distributions.ownersOf(found.file);
      const isRequired = isTraced && owners.some(({ name }) => required.has(name));
      const isOfTop = top !== "" && text.startsWith(`${top}.`);
      const isNamed = isStdlib || isDotted ? isTraced || isOfTop : isPart || isRequired;
      if (!isWord && isNamed) await reachName(text, text);
    }
    if (isDotted && found === undefined && text.endsWith("_")) await reachBegunNames(text, package_, context);
    if (package_ === "" || isDotted) continue;
    const sibling = `${package_}.${text}`;
    if ((await finder.find(sibling)) !== undefined) await reachName(sibling, text);
  }
}

/** The beginning of names in its own package, which code completes when it runs: `gi._gi_` and a namespace. */
async function reachBegunNames(text: string, package_: string, { finder, reachName }: CompiledContext): Promise<void> {
  const holder = text.slice(0, text.lastIndexOf("."));
  if (package_ === "" || holder.split(".")[0] !== package_.split(".")[0]) return;
  const module = await finder.find(holder);
  const names = module === undefined ? [] : await finder.submodules(module, text.slice(holder.length + 1));
  for (const name of names) if (name.startsWith(text) && name !== text) await reachName(name, text);
}

/** Rust keeps its texts in one, with nothing between them: names of its own package end where a module does. */
async function reachNamesWithin(text: string, package_: string, { finder, reachName }: CompiledContext): Promise<void> {
  const top = package_.split(".")[0] ?? package_;
  for (const [run] of text.matchAll(new RegExp(`${top}(?:\\.\\w+)+`, "gu"))) {
    let name = top;
    for (const part of run.slice(top.length + 1).split(".")) {
      const module = await finder.find(name);
      const names = module === undefined ? [] : await finder.submodules(module);
      const inner = names.filter((one) => `${name}.${part}`.startsWith(one)).sort((a, b) => b.length - a.length)[0];
      if (inner === undefined) break;
      name = inner;
    }
    if (name !== top) await reachName(name, name);
  }
}
