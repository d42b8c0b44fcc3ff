/**
 * The command in the arguments of env(1): what follows options and assignments. Undefined when there is none.
 */
export function parseEnv(args: readonly string[]): readonly string[] | undefined {
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") {
      index++;
      break;
    }
    if (arg === "-u" || arg === "--unset" || arg === "-C" || arg === "--chdir") index++;
    else if (!arg.startsWith("-") && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(arg)) break;
  }
  const command = args.slice(index);
  return command.length === 0 ? undefined : command;
}
