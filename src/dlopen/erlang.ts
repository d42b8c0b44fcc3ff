import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import { readBeam } from "../formats/beam/beam-file.ts";
import { type AbsPath, baseName, childOf, parentOf } from "../rootfs/rootfs.ts";
import { isProgram } from "./matching.ts";
import { commandsOf } from "./system-commands.ts";

const calls = [
  "os:cmd",
  "os:find_executable",
  "erlang:open_port",
  "Elixir.System:cmd",
  "Elixir.System:shell",
  "Elixir.System:find_executable",
  "Elixir.Port:open",
];
const moduleLimit = 4 * 2 ** 20;

/**
 * Applications beside those of Erlang itself that the builder installed by name, as code is loaded by the names of
 * modules; and programs that modules of Erlang and Elixir start: the bare names and command lines among their texts.
 */
export const erlang: DlopenRule = {
  name: "erlang",
  applies: ({ path, elf }) => isProgram(elf) && /^beam(?:\.\w+)*$/u.test(baseName(path)),
  async *needs({ path }, proc): AsyncIterable<Yield> {
    // ROOT/erts-15.0/bin/beam.smp has ROOT/lib/APPLICATION/ebin/MODULE.beam.
    const libraries = childOf(parentOf(parentOf(parentOf(path))), "lib");
    yield* applicationNeeds(libraries, path, proc);
    const names = new Set<string>();
    for (const application of (await proc.root.readDirectory(libraries)) ?? []) {
      const directory = childOf(childOf(libraries, application), "ebin");
      for (const name of (await proc.root.readDirectory(directory)) ?? []) {
        if (!name.endsWith(".beam")) continue;
        const bytes = await proc.root.readFile(childOf(directory, name), { offset: 0, length: moduleLimit });
        const beam = bytes === undefined ? undefined : readBeam(bytes);
        if (beam === undefined || !calls.some((call) => beam.calls.has(call))) continue;
        for (const text of beam.texts) for (const command of programsOf(text)) names.add(command);
      }
    }
    for (const name of [...names].sort()) {
      const program = await proc.findProgram(name);
      if (program === undefined) continue;
      const why = `starts ${name} from a module`;
      yield { need: { path: program, role: "program", evidence: "string", why, optional: true } };
    }
  },
};

/** The applications that an application says it needs: `{applications,[kernel,stdlib,cowboy]}`. */
const listOfApplications = /\{\s{0,40}(?:included_)?applications\s{0,40},\s{0,40}\[([^\]]{0,4000})\]/gu;

async function* applicationNeeds(libraries: AbsPath, program: AbsPath, proc: ProcessContext): AsyncIterable<Yield> {
  const own = await proc.systemPackage?.(program);
  if (own === undefined) return;
  /** Directories by the names of applications: `poolboy` of `poolboy-1.5.2`. */
  const directories = new Map<string, AbsPath>();
  const wanted: string[] = [];
  for (const entry of (await proc.root.readDirectory(libraries)) ?? []) {
    const [, stem = entry] = /^(\w+)-[\d.]+$/u.exec(entry) ?? [];
    const directory = childOf(libraries, entry);
    const files = (await proc.root.readDirectory(childOf(directory, "ebin"))) ?? [];
    const description = files.find((name) => name.endsWith(".app"));
    if (description === undefined) continue;
    const name = description.slice(0, -".app".length);
    for (const one of [stem, name]) directories.set(one, directory);
    const owner = await proc.systemPackage?.(childOf(childOf(directory, "ebin"), description));
    if (owner?.isChosen === true && owner.source !== own.source) wanted.push(name);
  }
  const taken = new Set<AbsPath>();
  for (const name of wanted) {
    const directory = directories.get(name);
    if (directory === undefined || taken.has(directory)) continue;
    taken.add(directory);
    const bound = { kind: "directory", path: directory } as const;
    yield { unknown: { kind: "computed-name", what: `a module of the application ${name}`, bound } };
    const files = (await proc.root.readDirectory(childOf(directory, "ebin"))) ?? [];
    for (const file of files.filter((one) => one.endsWith(".app"))) {
      const bytes = await proc.root.readFile(childOf(childOf(directory, "ebin"), file));
      for (const [, list = ""] of new TextDecoder().decode(bytes).matchAll(listOfApplications))
        wanted.push(...(list.match(/[a-z]\w*/gu) ?? []));
    }
  }
}

function programsOf(text: string): readonly string[] {
  return /^[a-z][\w.+-]+$/u.test(text) ? [text] : commandsOf(text);
}
