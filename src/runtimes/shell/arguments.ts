/** The options in the arguments of sh(1). */
export interface ShellCommand {
  /** The text of `-c`. */
  readonly code: string | undefined;
  /** The file that it reads. */
  readonly script: string | undefined;
  /** `$1`, `$2` ... */
  readonly positional: readonly string[];
  /** True when it reads the profile first. */
  readonly isLogin: boolean;
}

const valued: ReadonlySet<string> = new Set(["-o", "+o", "-O", "+O", "--rcfile", "--init-file"]);

/** Reads the arguments as sh(1) and bash(1) do. */
export function readShellCommand(args: readonly string[]): ShellCommand {
  let isCode = false;
  let isStandardInput = false;
  let isLogin = false;
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--" || arg === "-") {
      index++;
      break;
    }
    if (valued.has(arg)) {
      index++;
      continue;
    }
    if (!/^[-+]./u.test(arg)) break;
    if (arg === "--login") isLogin = true;
    if (arg.startsWith("--") || arg.startsWith("+")) continue;
    const letters = arg.slice(1);
    isCode ||= letters.includes("c");
    isStandardInput ||= letters.includes("s");
    isLogin ||= letters.includes("l");
    if (letters.includes("o")) index++;
  }
  const rest = args.slice(index);
  // After the text of -c comes $0.
  if (isCode) return { code: rest[0], script: undefined, positional: rest.slice(2), isLogin };
  if (isStandardInput) return { code: undefined, script: undefined, positional: rest, isLogin };
  // `bash <(...)` reads what commands print.
  const script = rest[0]?.startsWith("<(") === true ? undefined : rest[0];
  return { code: undefined, script, positional: rest.slice(1), isLogin };
}
