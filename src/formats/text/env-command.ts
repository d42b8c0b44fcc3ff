const valued = ["-u", "--unset", "-C", "--chdir"];

/**
 * The command in the arguments of env(1): what follows options and assignments. Undefined when there is none.
 */
export function parseEnv(args: readonly string[]): readonly string[] | undefined {
  const command = afterOptions(args, (arg) =>
    valued.includes(arg) ? 2 : arg.startsWith("-") || /^[A-Za-z_][A-Za-z0-9_]*=/.test(arg) ? 1 : 0,
  );
  return command.length === 0 ? undefined : command;
}

/**
 * What follows the options of a command line, of which `--` is the last. An argument and its values take so many
 * places; 0: it is none.
 */
export function afterOptions(args: readonly string[], places: (arg: string) => number): readonly string[] {
  for (let index = 0; index < args.length; ) {
    const arg = args[index] ?? "";
    if (arg === "--") return args.slice(index + 1);
    const taken = places(arg);
    if (taken === 0) return args.slice(index);
    index += taken;
  }
  return [];
}
