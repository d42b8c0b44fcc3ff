import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "./evaluate.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";
import type { Reference } from "./reference.ts";

/** The program of a child process, where the builder has it: one that it lacks is missing there as well. */
export async function* programNeeds(
  { name, args, line }: Extract<Reference, { readonly kind: "program" }>,
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  if (isOfApplication(from, context)) yield* context.heldCommands.start();
  if (name.includes(hole)) unknownProgram({ what: `spawn(${shown(name)})`, line }, from, context);
  else yield* started(name, args, context);
}

/** A text that the shell runs: the shell, and the programs that its commands begin with. */
export async function* commandNeeds(
  { text, line, isGuess, isHeld }: Extract<Reference, { readonly kind: "command" }>,
  from: AbsPath,
  context: NodeContext,
): AsyncIterable<Yield> {
  // What packages tell each other is mostly no command: `expression.exec(text)`.
  if (isGuess === true && !isOfApplication(from, context)) return;
  const programs: Yield[] = [];
  for (const part of text.split(/&&|\|\||\$\(|[;|&\n`(]/u)) {
    const words = part.trim().split(/\s+/u);
    while (/^\w+=/u.test(words[0] ?? "")) words.shift();
    const [name = ""] = words;
    if (/^[\w./+-]+$/u.test(name)) for await (const one of started(name, [], context)) programs.push(one);
  }
  if (isHeld === true) {
    yield* context.heldCommands.hold(programs.map((one) => ({ ...one, from })));
    return;
  }
  const isOpen = text.startsWith(hole);
  if (isGuess === true && programs.length === 0 && !isOpen) return;
  if (isOfApplication(from, context)) yield* context.heldCommands.start();
  const why = `gives a command to the shell: ${shown(text)}`;
  for (const name of isGuess === true ? ["sh", "bash"] : ["sh"]) {
    const shell = (await context.proc.findProgram(name)) ?? (name === "sh" ? toAbsPath("/bin/sh") : undefined);
    if (shell === undefined) continue;
    yield { need: { path: shell, role: "program", evidence: "string", why, optional: true } };
  }
  if (isOpen) unknownProgram({ what: `exec(${shown(text)})`, line }, from, context);
  yield* programs;
}

async function* started(name: string, args: readonly string[], { proc, tree }: NodeContext): AsyncIterable<Yield> {
  const path = name.includes("/") ? toAbsPath(name, proc.workdir) : await proc.findProgram(name);
  const real = path === undefined ? undefined : await tree.realPath(path);
  const stat = real === undefined ? undefined : await proc.root.lstat(real);
  // Packages have programs for other systems beside those for this one.
  if (path === undefined || stat?.kind !== "file" || (stat.mode & 0o111) === 0) return;
  const given = args.length === 0 ? {} : { args };
  yield { need: { path, role: "program", evidence: "string", why: `starts ${name}`, optional: true, ...given } };
}

function isOfApplication(from: AbsPath, { packagePaths }: NodeContext): boolean {
  return packageRootOf(from, packagePaths) === undefined;
}

/** Packages start what they are told; of the application's own calls the line is worth a word. */
function unknownProgram(
  { what, line }: { readonly what: string; readonly line: number },
  from: AbsPath,
  context: NodeContext,
): void {
  if (!isOfApplication(from, context)) return;
  context.reach.hold({
    from,
    unknown: { kind: "computed-name", line, what, bound: { kind: "anything" } },
    isUsual: false,
  });
}

function shown(text: string): string {
  const plain = text.replaceAll(hole, "*").replaceAll(/\s+/gu, " ").trim();
  return JSON.stringify(plain.length > 60 ? `${plain.slice(0, 57)}...` : plain);
}
