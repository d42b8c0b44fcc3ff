import type { DlopenRule, Finding, ProcessContext, Yield } from "../closure/model/closure.ts";
import { type AbsPath, childOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";

/** A command line of a C compiler as programs keep it: with a place for the output's name. */
const command = /^(?:exec )?\S*?\b(?:gcc|g\+\+|cc|c\+\+|clang)(?:-\d+)? .*-o ?%[a-z]/u;
const limit = 4096;
const calls = ["cc ", "clang "];
/** What the driver of a compiler starts for linking. */
const linker = "collect2";
/** The driver, and none of the parts that it starts. */
const driver = /\/s?bin\/[^/]+$/u;

/** What a compiler starts by the PATH: it assembles and links with them. */
const binaryTools = ["as", "ld"];
/** What a compiler reads, and the parts that it starts: headers, its own libraries and programs. */
const trees = ["/usr/include", "/usr/lib/gcc", "/usr/libexec/gcc"].map((path) => toAbsPath(path));
/** Libraries that look for faults in what is compiled: of a program that is tried, not of one that serves. */
const isForDebugging = (path: AbsPath): boolean => /\/lib\w+san(?:_preinit)?\.(?:[ao]|so)$/u.test(path);
const libraryParents = ["/usr/lib", "/usr/lib64", "/lib"].map((path) => toAbsPath(path));
/** Every program that is linked begins with it: the C library's other objects for linking lie beside it. */
const startObject = "crt1.o";
/** Objects that are put into what is linked, and scripts that say what to link for a library's name. */
const forLinking = /\.[ao]$|^lib[\w+-]+\.so$/u;
/** Whole libraries for programs that are linked statically are larger. */
const linkedBytes = 64 * 1024;

/**
 * Programs that compile while they run, as Varnish does with its configuration. At `safe` the compiler that something
 * surely starts ships with all that it reads and starts. Otherwise it ships without headers and without what it links,
 * and at `reachable` none does for a program that only holds its command line.
 */
export const compilers: DlopenRule = {
  name: "compilers",
  searches: [...calls, linker],
  applies: ({ elf }) => elf.loader !== undefined && elf.soname === undefined,
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (path === proc.program && driver.test(path) && (await elf.strings(linker)).includes(linker)) {
      const isWhole = proc.prune === "safe" && proc.isSuggested !== true;
      if (isWhole) yield* compilerNeeds(proc);
      yield { finding: finding(path, isWhole ? ships(path) : cannotCompile(path)) };
      return;
    }
    const texts: string[] = [];
    for (const call of calls) texts.push(...(await elf.strings(call)));
    const found = texts.find((text) => text.length < limit && command.test(text));
    if (found === undefined) return;
    const name = (/^(?:exec )?(\S+)/u.exec(found)?.[1] ?? "").replace(/^.*\//u, "");
    const compiler = await proc.findProgram(name);
    if (proc.prune === "safe" && compiler !== undefined) {
      yield { need: { path: compiler, role: "program", evidence: "rule", why: `compiles by ${name}` } };
      return;
    }
    const message = `cannot run ${compiler ?? name} for ${path}: it compiles while it runs, and compilers do not ship`;
    yield { finding: finding(path, message) };
  },
};

async function* compilerNeeds(proc: ProcessContext): AsyncIterable<Yield> {
  const { root } = proc;
  const because = { evidence: "rule", why: "compiles with it", optional: true } as const;
  for (const path of await Promise.all(binaryTools.map(async (name) => proc.findProgram(name))))
    if (path !== undefined) yield { need: { path, role: "program", ...because } };
  for (const path of trees) yield { need: { path, role: "tree", skip: isForDebugging, ...because } };
  for (const directory of await libraryDirectories(root)) {
    const names = (await root.readDirectory(directory)) ?? [];
    for (const name of names.includes(startObject) ? names.filter((one) => forLinking.test(one)) : []) {
      const path = childOf(directory, name);
      const stat = await root.lstat(path);
      if (stat?.kind === "file" && stat.sizeBytes <= linkedBytes && !(await isObject(path, root)))
        yield { need: { path, role: "file", ...because } };
    }
  }
}

async function libraryDirectories(root: RootFs): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const parent of libraryParents) {
    const below = ((await root.readDirectory(parent)) ?? []).filter((name) => /-linux-/u.test(name));
    found.push(parent, ...below.map((name) => childOf(parent, name)));
  }
  return found;
}

/** True for a library itself, which is there for programs that run. */
async function isObject(path: AbsPath, root: RootFs): Promise<boolean> {
  const head = path.endsWith(".so") ? await root.readFile(path, { offset: 0, length: 4 }) : undefined;
  return head !== undefined && new TextDecoder("latin1").decode(head) === "\u007fELF";
}

function ships(path: AbsPath): string {
  return `cannot leave out ${path}: a program starts this compiler, and it ships with the headers and objects it reads`;
}

function cannotCompile(path: AbsPath): string {
  return `cannot compile with ${path}: neither headers (/usr/include) nor objects to link ship`;
}

function finding(path: AbsPath, message: string): Finding {
  const hint = "compile in the builder if the program can, or keep the program in a full image";
  return { severity: "warning", code: "PROGRAM_COMPILES", path, message, hint };
}
