import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import { includedIn, scriptsOfRecipes } from "../formats/text/recipes.ts";
import { expandGlob } from "../rootfs/glob.ts";
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
  readsArguments: true,
  applies: ({ path }) => namesFor(path) !== undefined,
  async *needs({ path }, proc): AsyncIterable<Yield> {
    const names = path === proc.program || path === proc.realProgram ? namesFor(path) : undefined;
    if (names === undefined) return;
    const { directory, file } = givenTo(proc);
    for (const name of file === undefined ? names : [file]) {
      const path = await fileAt(toAbsPath(name, directory), proc);
      if (path === undefined) continue;
      const read = new Set([path]);
      for (const one of read) {
        for await (const found of needsOf(one, directory, proc)) {
          if (typeof found === "string") read.add(found);
          else yield found;
        }
      }
      return;
    }
  },
};

async function fileAt(path: AbsPath, { root }: ProcessContext): Promise<AbsPath | undefined> {
  const found = await resolveLinks(root, path);
  return found === undefined || found === "loop" || found.stat.kind !== "file" ? undefined : found.real;
}

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

/** What the recipes of one file start, and the paths of the files that it includes. */
async function* needsOf(path: AbsPath, directory: AbsPath, proc: ProcessContext): AsyncIterable<Yield | AbsPath> {
  yield { need: { path, role: "file", evidence: "rule", why: "reads its recipes", optional: true } };
  const bound = { kind: "anything" } as const;
  const stat = await proc.root.lstat(path);
  if (stat?.kind === "file" && stat.sizeBytes > sizeLimit) {
    yield { unknown: { kind: "unread-file", what: `recipes of more than 4 MiB, ${path}`, bound } };
    return;
  }
  const text = new TextDecoder().decode(await proc.root.readFile(path));
  const place = `cd '${directory.replaceAll("'", String.raw`'\''`)}'`;
  for (const script of scriptsOfRecipes(text)) {
    const why = `runs the recipes of ${path}`;
    const args = ["-c", `${place}\n${script}`];
    yield { need: { path: toAbsPath("/bin/sh"), role: "program", evidence: "string", why, optional: true, args } };
  }
  for (const name of includedIn(text)) {
    if (name === "") yield { unknown: { kind: "computed-name", what: `what ${path} includes`, bound } };
    for (const one of name === "" ? [] : await expandGlob(proc.root, toAbsPath(name, directory))) {
      const found = await fileAt(one, proc);
      if (found !== undefined) yield found;
    }
  }
}
