import type { Command } from "./command.ts";

/**
 * A subcommand that is loaded when it is asked for: each needs but a part of the program, and that takes longer than
 * many a command.
 */
export interface CommandLoader {
  readonly name: string;
  load(): Promise<Command>;
}

/** Every subcommand, sorted by name. A new one is a file under `commands/` and a line here. */
export const commandLoaders: readonly CommandLoader[] = [
  { name: "audit", load: async () => (await import("./commands/audit.ts")).audit },
  { name: "build", load: async () => (await import("./commands/build.ts")).build },
  { name: "compare", load: async () => (await import("./commands/compare.ts")).compare },
  { name: "completion", load: async () => (await import("./commands/completion.ts")).completionOf(loadCommands) },
  { name: "copy", load: async () => (await import("./commands/copy.ts")).copy },
  { name: "diff", load: async () => (await import("./commands/diff.ts")).diff },
  { name: "explain", load: async () => (await import("./commands/explain.ts")).explain },
  { name: "init", load: async () => (await import("./commands/init.ts")).init },
  { name: "inspect", load: async () => (await import("./commands/inspect.ts")).inspect },
  { name: "lint", load: async () => (await import("./commands/lint.ts")).lint },
  { name: "push", load: async () => (await import("./commands/push.ts")).push },
  { name: "resolve", load: async () => (await import("./commands/resolve.ts")).resolve },
  { name: "run", load: async () => (await import("./commands/run.ts")).run },
  { name: "save-rootfs", load: async () => (await import("./commands/save-rootfs.ts")).saveRootFs },
  { name: "schema", load: async () => (await import("./commands/schema.ts")).schema },
  { name: "try", load: async () => (await import("./commands/try.ts")).tryImage },
  { name: "version", load: async () => (await import("./commands/version.ts")).versionCommand },
  { name: "vex", load: async () => (await import("./commands/vex.ts")).vex },
  { name: "watch", load: async () => (await import("./commands/watch.ts")).watch },
];

/** All of them, in their order. */
export async function loadCommands(loaders: readonly CommandLoader[] = commandLoaders): Promise<readonly Command[]> {
  return Promise.all(loaders.map(async (command) => command.load()));
}
