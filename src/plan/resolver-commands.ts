/** The commands of the resolver: the first argument of its program. */
export const resolverCommands = [
  "resolve",
  "manifest",
  "explain",
  "diff",
  "sbom",
  "reasons",
  "missing",
  "packages",
  "vex",
  "report",
] as const;

export type ResolverCommand = (typeof resolverCommands)[number];

/** A command with its arguments, as the frontend calls it. */
export type ResolverCall = readonly [command: ResolverCommand, ...args: readonly string[]];

/** True for the name of a command. */
export function isResolverCommand(name: string): name is ResolverCommand {
  return resolverCommands.some((known) => known === name);
}
