import type { ProcessContext } from "../closure/model/closure.ts";
import { matchGlob, parseGlob } from "../rootfs/glob.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, rootPath } from "../rootfs/rootfs.ts";
import { listOf } from "./list-of.ts";
import { authorsFiles } from "./own-scripts.ts";
import { remembered } from "./remembered.ts";
import { isNoSetting } from "./setting-commands.ts";

/** How sources of a language show that they run text as code, and that they read files. */
export interface EvaluationSyntax {
  readonly runs: RegExp;
  readonly reads: RegExp;
}

const text = /(["'])((?:\\.|(?!\1)[^\\\n]){0,400})\1/gu;
/** `rules.conf`, `conf.d/*.rules`, `Jobfile`: no words and no sentences. */
const fileLike = /^(?:\.{0,2}\/)*(?:[\w.@+*-]+\/)*(?:[\w@+*-]*[.*][\w.@+*-]*|[A-Z]\w+)$/u;
/** What holds data for sure, whatever runs text. */
const isData = /\.(?:json5?|ya?ml|toml|ini|xml)$/iu;

const candidates = new WeakMap<
  ProcessFiles,
  { readonly home: AbsPath; readonly files: ReadonlyMap<string, readonly AbsPath[]> }
>();

/** The names of files in a source. */
const fileNamesIn = remembered((code): readonly string[] => {
  const names = [...code.matchAll(text)].map(([, , name = ""]) => name).filter((name) => fileLike.test(name));
  return [...new Set(names.map((name) => name.replace(/^(?:\.{0,2}\/)+/u, "")))];
});

/** The same of a source that runs as code what it reads; none for other sources, of which nothing is kept. */
function namesIn(code: string, { runs, reads }: EvaluationSyntax): readonly string[] {
  return runs.test(code) && reads.test(code) ? fileNamesIn(code) : [];
}

/** True for a source that runs as code what it reads from files which it names. */
export function evaluatesFiles(code: string, syntax: EvaluationSyntax): boolean {
  return namesIn(code, syntax).length > 0;
}

/**
 * Files of the application that a source of it reads and runs as code: `eval(File.read("Jobfile"))`,
 * `exec(open("conf.d/site.conf").read())`. Which file a name leads to is for the run to tell, so all of that name
 * count. `*` stands for any part of a name. What has the ending of a source is read as one anyway.
 */
export async function evaluatedFiles(
  code: string,
  syntax: EvaluationSyntax,
  asking: {
    readonly proc: Pick<ProcessContext, "root" | "workdir"> & Partial<Pick<ProcessContext, "appRoot">>;
    readonly files: ProcessFiles;
  },
): Promise<readonly AbsPath[]> {
  const names = namesIn(code, syntax);
  const home = asking.proc.appRoot ?? asking.proc.workdir;
  if (names.length === 0 || home === rootPath) return [];
  const files = await candidatesBelow(home, asking);
  const found = new Set<AbsPath>();
  for (const name of names) {
    if (name.includes("*")) {
      const pattern = parseGlob(`**/${name.replaceAll(/\*+/gu, "*")}`);
      for (const path of [...files.values()].flat()) if (matchGlob(pattern, path)) found.add(path);
    } else {
      const last = name.slice(name.lastIndexOf("/") + 1);
      for (const path of files.get(last) ?? []) if (path.endsWith(`/${name}`)) found.add(path);
    }
  }
  const isRows = await Promise.all([...found].map(async (path) => isTable(path, asking.files)));
  return [...found].filter((_path, at) => isRows[at] !== true).sort();
}

const headBytes = 8192;
const leastRows = 10;

/** True for rows of quoted texts with commas between them, beside comments: no language reads them as code. */
async function isTable(path: AbsPath, files: ProcessFiles): Promise<boolean> {
  const head = await files.readBytes(path, { offset: 0, length: headBytes });
  const lines = new TextDecoder().decode(head ?? new Uint8Array()).split("\n");
  // The last one may be cut.
  const rows = lines.slice(0, -1).filter((line) => /^\s*[^#\s]/u.test(line));
  return rows.length >= leastRows && rows.every((line) => /^"[^"]*","/u.test(line));
}

/** Files of the application that could hold code under other names, by their last names. */
async function candidatesBelow(
  home: AbsPath,
  asking: { readonly proc: Pick<ProcessContext, "root">; readonly files: ProcessFiles },
): Promise<ReadonlyMap<string, readonly AbsPath[]>> {
  const known = candidates.get(asking.files);
  if (known?.home === home) return known.files;
  const files = new Map<string, AbsPath[]>();
  for await (const { path, isElsewhere } of authorsFiles(home, asking)) {
    const name = baseName(path);
    if (!isElsewhere && !isNoSetting.test(name) && !isData.test(path)) listOf(files, name).push(path);
  }
  candidates.set(asking.files, { home, files });
  return files;
}
