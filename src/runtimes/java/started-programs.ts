import type { Need, ProcessContext, Yield } from "../../closure/model/closure.ts";
import { begunWords, canBeBrought, canBeStarted, isShell } from "../../languages/command-words.ts";
import { untoldProgram } from "../../languages/started-commands.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ClassTexts, JarClasses } from "./jar-classes.ts";

/** Where builds put an application's own classes into one file with its dependencies. */
const ownClasses = /^(?:BOOT|WEB)-INF\/classes\//u;
/** What a compiler writes into a text for each value that is filled in. */
export const hole = "\u0001";

interface Asking {
  readonly proc: ProcessContext;
  /** The classes that are started: what shares their package is the application's own. */
  readonly mainClasses: readonly string[];
}

/**
 * Programs that the classes of a jar or directory start. A class of the application brings all that its texts name: it
 * starts programs, and its texts are the bound of what it starts. Of dependencies and of packages, a text has to be a
 * command line, or name a program of a package that theirs depends on.
 */
export async function* programsOfClasses(
  path: AbsPath,
  { starters, places = [], isCut }: Pick<JarClasses, "starters" | "isCut"> & Partial<Pick<JarClasses, "places">>,
  { proc, mainClasses }: Asking,
): AsyncIterable<Yield> {
  const files = processFiles(proc.root);
  const owner = await proc.systemPackage?.(path);
  const near =
    owner === undefined
      ? new Set<string>()
      : new Set([owner, ...owner.dependencies(), ...(owner.suggestions?.() ?? [])].map(({ name }) => name));
  const asked = new Set<string>();
  for (const one of starters) {
    const isOwn = owner === undefined && isOfApplication(one, mainClasses);
    const needs = isOwn ? await startedByOwn(one, proc, files) : await startedByOthers(one, { proc, files, near });
    for (const need of needs) {
      const key = `${need.path}\0${need.args?.join("\0") ?? ""}`;
      if (asked.has(key)) continue;
      asked.add(key);
      yield { from: path, need };
    }
    if (!isOwn || needs.length > 0) continue;
    yield {
      from: path,
      unknown: { ...untoldProgram, what: `a program that ${one.name} starts` },
    };
  }
  // What one class starts, another may say: where the program is looked for.
  for (const { name, texts } of starters.length === 0 ? [] : places) {
    for (const text of texts) {
      const isAlone = !text.includes("/");
      const program = isAlone ? await proc.findProgram(text) : toAbsPath(text);
      if (program === undefined || isShell(program) || !(await canBeBrought(program, files))) continue;
      const its = await proc.systemPackage?.((await files.realPath(program)) ?? program);
      const isOfSystem = isAlone && its?.isOfSystem === true;
      const isNear = owner === undefined || isOfSystem || (its !== undefined && near.has(its.name));
      if (isNear) yield { from: path, need: started(program, { name, args: [] }) };
    }
  }
  if (isCut) yield { from: path, unknown: { kind: "unread-file", what: "classes of a large jar", bound: anything } };
}

const anything = { kind: "anything" } as const;

/**
 * True for classes where builds put those of the application, and for those of a package of a class that is started.
 */
export function isApplications(name: string, mainClasses: readonly string[]): boolean {
  if (ownClasses.test(name)) return true;
  return mainClasses.some((main) => {
    const labels = main.split(".").slice(0, -1).slice(0, 2);
    return labels.length === 0 ? !name.includes("/") : name.startsWith(`${labels.join("/")}/`);
  });
}

/** The same, and true for a plug-in's class: one that names the application's classes was made for it. */
function isOfApplication({ name, classes = [] }: ClassTexts, mainClasses: readonly string[]): boolean {
  return [name, ...classes].some((one) => isApplications(one, mainClasses));
}

async function startedByOwn(
  { name, texts }: ClassTexts,
  { findProgram, workdir }: Pick<ProcessContext, "findProgram" | "workdir">,
  files: ProcessFiles,
): Promise<readonly Need[]> {
  const needs: Need[] = [];
  const isForShell = texts.some((text) => /^(?:-\w*c|\/c)$/u.test(text));
  const shells: AbsPath[] = [];
  for (const text of texts) {
    const [first = "", ...rest] = text.trim().split(/\s+/u);
    if (!/^\.{0,2}\/?[\w][\w./+-]*$/u.test(first)) continue;
    const path = first.includes("/") ? toAbsPath(first, workdir) : await findProgram(first);
    if (path === undefined || !(await canBeStarted(path, files))) continue;
    if (isShell(path)) {
      if (isForShell || first.includes("/")) shells.push(path);
      continue;
    }
    needs.push(started(path, { name, args: text.includes(hole) ? [] : rest }));
  }
  if (shells.length === 0) return needs;
  const scripts = texts.filter((text) => /[\s|;&<>$]/u.test(text)).map((text) => text.replaceAll(hole, "$unknown"));
  for (const shell of shells) {
    needs.push(started(shell, { name, args: [] }));
    for (const script of scripts) needs.push(started(shell, { name, args: ["-c", script] }));
  }
  return needs;
}

async function startedByOthers(
  { name, texts }: ClassTexts,
  asking: { readonly proc: ProcessContext; readonly files: ProcessFiles; readonly near: ReadonlySet<string> },
): Promise<readonly Need[]> {
  const { proc, files, near } = asking;
  const needs: Need[] = [];
  for (const [word, isLine] of begunWords(texts.map((text) => JSON.stringify(text)).join(", "))) {
    const path = await proc.findProgram(word);
    if (path === undefined || isShell(path) || !(await canBeBrought(path, files))) continue;
    const owner = await proc.systemPackage?.((await files.realPath(path)) ?? path);
    if (isLine || (owner !== undefined && near.has(owner.name))) needs.push(started(path, { name, args: [] }));
  }
  return needs;
}

function started(path: AbsPath, { name, args }: { readonly name: string; readonly args: readonly string[] }): Need {
  const why = `holds ${name}, which starts ${baseName(path)}`;
  return {
    path,
    role: "program",
    evidence: "string",
    why,
    optional: true,
    ...(args.length === 0 ? {} : { args }),
  };
}
