import { parentPort } from "node:worker_threads";
import { resolveClosure } from "../../src/closure/walk/resolve.ts";
import { skeletonMaker } from "../../src/frontend/resolve/skeletons/skeleton-maker.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { bare, openCase } from "./closure.ts";
import { processorMilliseconds } from "./growth.ts";
import { type LoadingLanguage, loadingLanguages } from "./loading-languages.ts";

/** A source to resolve, and whether files that nothing reaches are left out. */
export interface GrowingCase {
  readonly name: string;
  readonly source: string;
  readonly level: "safe" | "reachable";
}

/** What it took of a processor, what was found, and the error that ended it. */
export interface GrowingAnswer {
  readonly milliseconds: number;
  readonly codes: readonly string[];
  readonly failure?: string;
}

const languages = new Map(loadingLanguages);

/** The closure of an application of one source, and what the frontend would send of it. */
async function resolved(
  { program, root, ending, interpreter }: LoadingLanguage,
  one: GrowingCase,
): Promise<readonly string[]> {
  const appRoot = toAbsPath("/app");
  const maker = await skeletonMaker({
    appRoot,
    workdir: appRoot,
    interpreter: program,
    prune: one.level,
    stdlib: "safe",
  });
  maker?.skeletonOf(`/main${ending}`, one.source);
  const { request, views } = openCase({
    root: `${root}//- /app/main${ending}\n${one.source}\n`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: program }],
    process: { workdir: appRoot, cmd: [`main${ending}`], appRoot, prune: one.level },
  });
  const { diagnostics } = await resolveClosure(request, views, { ...bare, runtimes: [interpreter] });
  return diagnostics.map(({ severity, code }) => `${severity} ${code}`);
}

parentPort?.on("message", (one: GrowingCase) => {
  const language = languages.get(one.name);
  if (language === undefined) throw new Error(`no language is called ${one.name}`);
  const start = processorMilliseconds();
  const answer = (rest: Omit<GrowingAnswer, "milliseconds">): void => {
    const told: GrowingAnswer = { milliseconds: processorMilliseconds() - start, ...rest };
    parentPort?.postMessage(told, []);
  };
  void resolved(language, one).then(
    (codes) => answer({ codes }),
    (failure: unknown) =>
      answer({ codes: [], failure: failure instanceof Error ? (failure.stack ?? failure.message) : String(failure) }),
  );
});
