import type { Finding, Yield } from "../closure/model/closure.ts";
import type { LoaderOptions } from "../closure/model/loader.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import { glibcRules } from "./glibc.ts";
import { isMuslLoader, muslRules } from "./musl.ts";
import { type LoadedObject, needsOf, type SearchRules, toObject, tryFile } from "./objects.ts";

/** A program with its loader, ready to load. */
export interface Opened {
  readonly program: LoadedObject;
  readonly loader: LoadedObject | undefined;
  readonly rules: SearchRules;
  readonly yields: readonly Yield[];
}

/** Opens the program and its loader; undefined when there is nothing to load: no program, not ELF, or static. */
export async function openProgram(options: LoaderOptions): Promise<Opened | undefined> {
  const { root } = options;
  const resolved = await resolveLinks(root, options.program);
  if (resolved === undefined || resolved === "loop") return undefined;
  const elf = await options.readElf(resolved.real);
  const named = options.loader ?? elf?.loader;
  if (elf === undefined || named === undefined) return undefined;
  const program: LoadedObject = {
    elf,
    text: options.program,
    path: options.program,
    real: resolved.real,
    identity: resolved.stat.inode ?? resolved.real,
    names: new Set(),
    parent: undefined,
    // The kernel tells the program's own place, without links.
    origin: options.origin ?? parentOf(resolved.real),
  };
  const loaderPath = toAbsPath(named, options.workdir);
  const trial = await tryFile(options, loaderPath, elf);
  const why = `is started by the loader ${loaderPath}`;
  if (trial.kind !== "fits") {
    const rules = isMuslLoader(named)
      ? await muslRules(options, program)
      : await glibcRules(options, program, undefined);
    const reason = trial.kind === "absent" ? "is missing" : "is unsuitable";
    const finding: Finding = {
      severity: "error",
      code: "LOADER_MISSING",
      message: `cannot start ${options.program}: its dynamic loader ${named} ${reason}`,
      path: options.program,
      hint: isMuslLoader(named)
        ? "build the program against the builder's C library; this one is for musl (Alpine)"
        : "build the program against the builder's C library, or add the package that has its loader",
    };
    return { program, loader: undefined, rules, yields: [{ finding }] };
  }
  const { loaded: loader } = await toObject(options, trial.candidate, { name: undefined, parent: program });
  const rules = isMuslLoader(named)
    ? await muslRules(options, program)
    : await glibcRules(options, program, loader.elf);
  const files = rules.filesRead.map(
    (path): Yield => ({
      need: { path, role: "file", evidence: "proved", why: "has its loader read it" },
      from: options.program,
    }),
  );
  return {
    program,
    loader,
    rules,
    yields: [...needsOf({ loaded: loader, passed: [] }, options.program, why), ...files],
  };
}
