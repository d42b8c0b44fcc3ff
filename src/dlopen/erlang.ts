import type { DlopenRule, Yield } from "../closure/model/closure.ts";
import { readBeam } from "../formats/beam/beam-file.ts";
import { baseName, childOf, parentOf } from "../rootfs/rootfs.ts";
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

/** Programs that modules of Erlang and Elixir start: the bare names and command lines among their texts. */
export const erlang: DlopenRule = {
  name: "erlang",
  applies: ({ path, elf }) => isProgram(elf) && /^beam(?:\.\w+)*$/u.test(baseName(path)),
  async *needs({ path }, proc): AsyncIterable<Yield> {
    // ROOT/erts-15.0/bin/beam.smp has ROOT/lib/APPLICATION/ebin/MODULE.beam.
    const libraries = childOf(parentOf(parentOf(parentOf(path))), "lib");
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

function programsOf(text: string): readonly string[] {
  return /^[a-z][\w.+-]+$/u.test(text) ? [text] : commandsOf(text);
}
