import type { ProcessContext } from "../closure/model/closure.ts";
import type { ProcessFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, rootPath } from "../rootfs/rootfs.ts";
import { authorsFiles } from "./own-scripts.ts";
import { rememberedFor } from "./remembered.ts";
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

/** The names of files in a source that runs as code what it reads; none for other sources. */
const namesIn = rememberedFor((code: string, { runs, reads }: EvaluationSyntax): readonly string[] => {
  if (!runs.test(code) || !reads.test(code)) return [];
  const names = [...code.matchAll(text)].map(([, , name = ""]) => name).filter((name) => fileLike.test(name));
  return [...new Set(names.map((name) => name.replace(/^(?:\.{0,2}\/)+/u, "")))];
});

/** True for a source that runs as code what it reads from files which it names. */
export function evaluatesFiles(code: string, syntax: EvaluationSyntax): boolean {
  return namesIn(code, syntax).length > 0;
}

/**
 * Files of the application that a source of it reads and runs as code: `eval(File.read("Jobfile"))`,
 * `exec(open("conf.d/site.conf").read())`. Which file a name leads to is for the run to tell, so all of that name count.
 * `*` stands for any part of a name. What has the ending of a source is read as one anyway.
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
  const patterns = names.map((name) => {
    const escaped = name.replaceAll(/[.+]/gu, String.raw`\$&`).replaceAll(/\*+/gu, "[^/]*");
    return new RegExp(`/${escaped}$`, "u");
  });
  const found: AbsPath[] = [];
  for await (const { path } of authorsFiles(home, asking)) {
    if (isNoSetting.test(baseName(path)) || isData.test(path)) continue;
    if (patterns.some((pattern) => pattern.test(path))) found.push(path);
  }
  return found;
}
