import { type ProcessContext, type Runtime, scriptOfArguments, type Yield } from "../../closure/model/closure.ts";
import { latin1 } from "../../formats/text/latin1.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { readShellCommand } from "./arguments.ts";
import { withOutputs } from "./outputs.ts";
import { type ScriptLocation, scopeOf } from "./scope.ts";
import { scriptNeeds } from "./script-needs.ts";
import { readFamily } from "./sourced.ts";
import { readScript, type ShellScript } from "./syntax.ts";
import { managed } from "./working-directory.ts";

/** Starts a shell in a process of the image. */
export async function startShell(proc: ProcessContext): Promise<Runtime> {
  const command = readShellCommand(proc.args);
  // A script gives it as it is written where it cannot be told: `sh -n "$(get "$name")"`. What a device holds comes
  // with the run.
  const isUntold = /[$`*?]|^\/(?:dev|proc)\//u.test(command.script ?? "");
  // Who starts it puts a name there: `find /srv/hooks -exec sh {} +`.
  const isFilled = /^(?:\{\}|:{3,4})$/u.test(command.script ?? "");
  const isKnown = command.script !== undefined && !isUntold && !isFilled;
  const script = isKnown ? await scriptPath(proc, command.script) : undefined;
  /** Files that a script reads, whatever their names are. */
  const sourced = new Set<AbsPath>(script === undefined ? [] : [script]);
  const members = new Map<AbsPath, { readonly script: ShellScript; readonly location: ScriptLocation }>();

  async function* start(): AsyncIterable<Yield> {
    const profiles = command.isLogin ? ["/etc/profile"] : [];
    for (const path of [...profiles, proc.env["BASH_ENV"] ?? "", proc.env["ENV"] ?? ""]) {
      if (path.startsWith("/")) yield* noting([moduleNeed(toAbsPath(path), "reads it before the script", true)]);
    }
    if (isUntold) {
      const what = `the script ${command.script ?? ""}`;
      yield { unknown: { kind: "computed-name", what, bound: { kind: "anything" } } };
    }
    if (script !== undefined) {
      yield moduleNeed(script, scriptOfArguments);
      yield* argumentNeeds(script, command.positional, proc);
    }
    if (command.code !== undefined) {
      const location = { path: proc.program, positional: command.positional };
      yield* noting(scriptNeeds(await withOutputs(await readScript(command.code), location, proc), location, proc));
    }
  }

  async function* needs(path: AbsPath): AsyncIterable<Yield> {
    // The kernel hands over the name that it was given, which may be a link.
    const resolved = await resolveLinks(proc.root, path);
    if (resolved === undefined || resolved === "loop") return;
    const { real } = resolved;
    // A script of an installed package is there for those who build it, unless something starts it.
    if (!sourced.has(path) && isManaged(real)) return;
    // The files of an application are of all kinds.
    if (!sourced.has(path) && !/\.(?:sh|bash|ash|dash|ksh)$/u.test(path)) {
      const head = await proc.root.readFile(real, { offset: 0, length: shebangBytes });
      if (head === undefined || !/^#![^\n]*\b\w*sh\b/u.test(latin1(head))) {
        if (head?.[0] === 0x7f) yield* machineNeeds(real, proc);
        return;
      }
    }
    const bytes = await proc.root.readFile(real);
    if (bytes !== undefined) yield* noting(memberNeeds(path, real, latin1(bytes)));
  }

  /** A script in the scope of the one that reads it, or of its own with all that it reads. */
  async function* memberNeeds(path: AbsPath, real: AbsPath, text: string): AsyncIterable<Yield> {
    const known = members.get(path);
    if (known !== undefined) {
      yield* scriptNeeds(known.script, known.location, proc);
      return;
    }
    const names = path === real ? [path] : [path, real];
    const location = { path, names, positional: command.positional, mayNotRun: !sourced.has(path) };
    const own = await withOutputs(await readScript(text), location, proc);
    const family = await readFamily(path, own, { proc, scopeFor: (whole) => scopeOf(whole, location, proc) });
    for (const [one, script] of family.members)
      if (!members.has(one)) members.set(one, { script, location: { ...location, path: one } });
    if (family.others.size > 0) {
      const what = `${family.members.size} scripts and more that it reads`;
      yield { unknown: { kind: "long-list", what, bound: { kind: "paths", paths: [...family.others] } } };
    }
    yield* scriptNeeds(family.members.get(path) ?? own, location, proc);
  }

  async function* noting(yields: AsyncIterable<Yield> | Iterable<Yield>): AsyncIterable<Yield> {
    for await (const one of yields) {
      if ("need" in one && one.need.role === "module") sourced.add(one.need.path);
      yield one;
    }
  }

  return { start, needs, settle: nothing };
}

/** True in a directory where a manager of packages puts them. */
function isManaged(path: AbsPath): boolean {
  return parentOf(path)
    .split("/")
    .some((name) => managed.includes(name));
}

/** Machine code of the application: programs that scripts start by names of the run, and what those open. */
async function* machineNeeds(path: AbsPath, proc: ProcessContext): AsyncIterable<Yield> {
  const elf = proc.appRoot !== undefined && isWithin(path, proc.appRoot) ? await proc.readElf(path) : undefined;
  if (elf?.isDynamic !== true) return;
  const role = elf.loader !== undefined && !/\.so(?:\.|$)/u.test(path) ? "program" : "object";
  yield { need: { path, role, evidence: "bound", why: "is machine code of the application", optional: true } };
}

/** Commands in arguments, which a script may evaluate: `--external-ip=$(detect-ip)`. */
async function* argumentNeeds(path: AbsPath, args: readonly string[], proc: ProcessContext): AsyncIterable<Yield> {
  for (const text of args) {
    if (!/\$\(|`/u.test(text)) continue;
    const code = await readScript(`: ${text}`);
    for await (const one of scriptNeeds(code, { path, positional: [] }, proc)) if ("need" in one) yield one;
  }
}

/** Bytes that a first line is looked for in. */
const shebangBytes = 256;

/** A script's name without a slash is looked up in the working directory, then on PATH (sh(1)). */
async function scriptPath(proc: ProcessContext, name: string): Promise<AbsPath> {
  const path = toAbsPath(name, proc.workdir);
  if (name.includes("/") || (await proc.root.lstat(path)) !== undefined) return path;
  return (await proc.findProgram(baseName(toAbsPath(name)))) ?? path;
}

function moduleNeed(path: AbsPath, why: string, optional = false): Yield {
  return { need: { path, role: "module", evidence: "proved", why, optional } };
}

async function* nothing(): AsyncIterable<Yield> {}
