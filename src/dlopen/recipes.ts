import type { DlopenRule, Need, ProcessContext, Yield } from "../closure/model/closure.ts";
import { scriptsOfRecipes } from "../formats/text/recipes.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";

const sizeLimit = 4 * 2 ** 20;
/** The files that each looks for in its directory, the first that is there. */
const defaultNames: readonly { readonly program: RegExp; readonly names: readonly string[] }[] = [
  { program: /^[bg]?make$/u, names: ["BSDmakefile", "GNUmakefile", "makefile", "Makefile"] },
  { program: /^just$/u, names: ["justfile", ".justfile", "Justfile"] },
];

/** What make and just are told to read: the recipes there are scripts of the shell. */
export const recipes: DlopenRule = {
  name: "recipes",
  applies: ({ path }) => namesFor(path) !== undefined,
  async *needs({ path }, proc): AsyncIterable<Yield> {
    const names = path === proc.program || path === proc.realProgram ? namesFor(path) : undefined;
    if (names === undefined) return;
    const { directory, file } = givenTo(proc);
    for (const name of file === undefined ? names : [file]) {
      const found = await resolveLinks(proc.root, toAbsPath(name, directory));
      if (found === undefined || found === "loop" || found.stat.kind !== "file") continue;
      yield* needsOf({ path: found.real, sizeBytes: found.stat.sizeBytes, directory }, proc);
      return;
    }
  },
};

function namesFor(path: AbsPath): readonly string[] | undefined {
  return defaultNames.find(({ program }) => program.test(baseName(path)))?.names;
}

/** `-C DIRECTORY` and `-f FILE`, also in one word with their values. */
function givenTo({ args, workdir }: ProcessContext): { readonly directory: AbsPath; readonly file?: string } {
  const valueOf = (option: RegExp): string | undefined => {
    for (const [at, arg] of args.entries()) {
      const [, joined] = option.exec(arg) ?? [];
      if (joined !== undefined) return joined === "" ? args[at + 1] : joined;
    }
    return undefined;
  };
  const directory = valueOf(/^(?:-C|-d(?=$)|--directory=?|--working-directory=?)(.*)$/u) ?? "";
  const file = valueOf(/^(?:-f|--(?:make|just)?file=?)(.*)$/u);
  return { directory: toAbsPath(directory, workdir), ...(file === undefined ? {} : { file }) };
}

async function* needsOf(
  { path, sizeBytes, directory }: { readonly path: AbsPath; readonly sizeBytes: number; readonly directory: AbsPath },
  proc: ProcessContext,
): AsyncIterable<Yield> {
  yield { need: { path, role: "file", evidence: "rule", why: "reads its recipes", optional: true } };
  if (sizeBytes > sizeLimit) {
    const what = `recipes of more than 4 MiB, ${path}`;
    yield { unknown: { kind: "unread-file", what, bound: { kind: "anything" } } };
    return;
  }
  const text = new TextDecoder().decode(await proc.root.readFile(path));
  const shell: Pick<Need, "role" | "evidence" | "why" | "optional"> = {
    role: "program",
    evidence: "string",
    why: `runs the recipes of ${path}`,
    optional: true,
  };
  for (const script of scriptsOfRecipes(text)) {
    const args = ["-c", `cd ${directory}\n${script}`];
    yield { need: { path: toAbsPath("/bin/sh"), args, ...shell } };
  }
}
