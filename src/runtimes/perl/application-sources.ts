import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import type { EvaluationSyntax } from "../../languages/evaluated-files.ts";
import { isScriptOf } from "../../languages/started-script.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { PerlScan } from "./source-scan.ts";

/** How a source shows that it runs as code what it reads, or a file of any name. */
export const perlEvaluation: EvaluationSyntax = {
  runs: /\beval\b(?!\s*\{)|\bdo\s*[("'$]/u,
  reads: /\bopen\b|\b(?:read_file|slurp(?:_\w+)?|read_text)\b|\bdo\s*[("'$]/u,
};

const source = /\.(?:pm|pl|psgi|f?cgi)$/u;
/** Endings in texts that are put together or that are patterns: `"$dir/*.step"`, `"$name.conf"`. */
const ending = /[\w*}\])\\]\.([a-z]\w{0,9})(?=["'>}$]|\s*[;,)])/gu;
const runs = /(?<=^|[;{}(\s])do[ \t(]+(?:["'][^"'\n]{0,80})?[$@]/mu;

/**
 * Sources of the application that are loaded by names which frameworks are given, `start_app("Shop")`, and by computed
 * paths: `do $_ for glob "$dir/*.step"` runs files of any ending.
 */
export class ApplicationSources {
  readonly #installation: Installation;
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  /** Endings of files that are run by a name of the run. */
  readonly #endings = new Set<string>();
  /** How many endings were known when the application was searched. */
  #searched: number | undefined;

  constructor(installation: Installation) {
    this.#installation = installation;
    this.#proc = installation.proc;
    this.#files = installation.files;
  }

  /** Takes the endings of a source of the application that runs files whose names only the run tells. */
  learn({ code }: Pick<PerlScan, "code">): void {
    if (!runs.test(code)) return;
    for (const [, one = ""] of code.matchAll(ending)) if (!/^p[lm]$/u.test(one)) this.#endings.add(one);
  }

  /** True for a file that only its contents make a source, and that may be run. */
  isRun(path: AbsPath): boolean {
    const [, end] = /\.(\w+)$/u.exec(path) ?? [];
    return end !== undefined && this.#endings.has(end) && areaOf(this.#installation, path) === "app";
  }

  async *needs(): AsyncIterable<Yield> {
    const { appRoot, root } = this.#proc;
    if (appRoot === undefined || appRoot === "/" || this.#searched === this.#endings.size) return;
    this.#searched = this.#endings.size;
    const isOwn = (directory: AbsPath): boolean => !/^(?:local|node_modules|x?t)$/u.test(baseName(directory));
    for await (const { path, stat } of walk(root, appRoot, isOwn)) {
      if (stat.kind !== "file" || areaOf(this.#installation, path) !== "app") continue;
      const isNamed = source.test(path) || this.isRun(path);
      if (!isNamed && !(await isScriptOf(path, /\bperl/u, this.#files))) continue;
      yield { need: { path, role: "module", evidence: "string", why: "may load it by its name" } };
    }
  }
}
