import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import type { ProcessContext, Runtime, Yield } from "../model/closure.ts";
import type { Process } from "../model/process.ts";
import type { View } from "../model/view.ts";
import type { Worklist } from "./worklist.ts";

/** True for a program that needs the library of a run-time, which another source's package has. */
export async function embeds(
  work: Worklist,
  { view, real }: { readonly view: View; readonly real: AbsPath },
  { plugin, elf, loader }: Pick<Process, "plugin" | "loader"> & Pick<ProcessContext, "elf">,
): Promise<boolean> {
  const soname = elf?.needed.find((name) => plugin?.library?.test(name) === true);
  const path = soname === undefined ? undefined : await loader?.find(soname);
  if (path === undefined) return false;
  return !(await work.systemPackages(view)).isOfSameSource(real, (await view.resolve(path)).real);
}

/** Run-times whose library an object needs: the process runs code of their language, by no command line of theirs. */
export async function embedRuntimes(
  work: Worklist,
  proc: Process,
  { elf, real }: { readonly elf: ElfFile; readonly real: AbsPath },
): Promise<void> {
  for (const plugin of work.plugins.runtimes) {
    const { library } = plugin;
    if (plugin === proc.plugin || library === undefined) continue;
    const names = [baseName(real), ...elf.needed];
    if (!names.some((name) => library.test(name)) || !work.isNew(`embedded\0${proc.key}\0${plugin.name}`)) continue;
    const runtime = await plugin.start({ ...proc.context, elf, args: [], entries: [] });
    (proc.embedded ??= []).push(plugin);
    proc.runtime = proc.runtime === undefined ? runtime : joinRuntimes(proc.runtime, runtime);
    // What its library lacks is no loss: the builder lacks it too.
    await work.enqueueAll(withoutFindings(runtime.start()), { view: proc.view, from: real, proc });
  }
}

/** Two run-times inside one process: each is asked for what it knows. */
function joinRuntimes(first: Runtime, second: Runtime): Runtime {
  return {
    ...(first.probe === undefined ? {} : { probe: first.probe.bind(first) }),
    start: () => first.start(),
    async *needs(path) {
      yield* first.needs(path);
      yield* second.needs(path);
    },
    async *settle() {
      yield* first.settle();
      yield* second.settle();
    },
  };
}

async function* withoutFindings(yields: AsyncIterable<Yield>): AsyncIterable<Yield> {
  for await (const one of yields) if (!("finding" in one)) yield one;
}
