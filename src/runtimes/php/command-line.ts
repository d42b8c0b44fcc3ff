import { isUntoldOption } from "../../languages/untold-options.ts";

/** The options in the arguments of php(1), php-fpm(8) or php-cgi. */
export interface PhpCommand {
  /** The file that it runs: a script, or the router of `-S`. */
  readonly script: string | undefined;
  /** The texts of `-r`, `-B`, `-R` and `-E`, a line each. */
  readonly code: string | undefined;
  /** The directory that `-S` serves. */
  readonly documentRoot: string | undefined;
  /** `-S`: it is a server. */
  readonly isServer: boolean;
  /** The file or directory of `-c`. */
  readonly ini: string | undefined;
  /** `-n`: no settings are read from files. */
  readonly hasNoIni: boolean;
  /** Settings of `-d`, as lines of php.ini. */
  readonly settings: readonly string[];
  /** Extensions of `-z`. */
  readonly zendExtensions: readonly string[];
  /** `-y` and `-p` of php-fpm. */
  readonly fpmConfig: string | undefined;
  readonly prefix: string | undefined;
}

const longNames: Readonly<Record<string, string>> = {
  define: "d",
  docroot: "t",
  file: "f",
  "fpm-config": "y",
  "no-php-ini": "n",
  "php-ini": "c",
  prefix: "p",
  "process-begin": "B",
  "process-code": "R",
  "process-end": "E",
  "process-file": "F",
  run: "r",
  server: "S",
  "zend-extension": "z",
};
const valued = "BESRFbcdfrtz";
const fpmValued = "cdgpyz";

/** Reads options up to the script. php-fpm has other options than php(1), and no script. */
export function readPhpCommand(args: readonly string[], { isFpm }: { readonly isFpm: boolean }): PhpCommand {
  const values = new Map<string, string[]>();
  const flags = new Set<string>();
  let index = 0;
  for (; index < args.length; index++) {
    const argument = args[index] ?? "";
    if (argument === "--") {
      index++;
      break;
    }
    const long = /^--([\w-]+)(?:=(.*))?$/su.exec(argument);
    const short = /^-(\w)=?(.*)$/su.exec(argument);
    const letter = long === null ? short?.[1] : longNames[long[1] ?? ""];
    if (isUntoldOption(args, index)) continue;
    if (letter === undefined && !argument.startsWith("-")) break;
    if (letter === undefined) continue;
    flags.add(letter);
    if (!(isFpm ? fpmValued : valued).includes(letter)) continue;
    const joined = long === null ? (short?.[2] ?? "") : (long[2] ?? "");
    const value = joined === "" ? (args[++index] ?? "") : joined;
    values.set(letter, [...(values.get(letter) ?? []), value]);
  }
  const last = (letter: string): string | undefined => values.get(letter)?.at(-1);
  const code = ["r", "B", "R", "E"].flatMap((letter) => values.get(letter) ?? []);
  const named = last("f") ?? last("F");
  const script = named ?? (flags.has("r") || flags.has("R") || isFpm ? undefined : args[index]);
  return {
    script,
    code: code.length === 0 ? undefined : code.join("\n"),
    documentRoot: last("t"),
    isServer: flags.has("S"),
    ini: last("c"),
    hasNoIni: flags.has("n"),
    settings: values.get("d") ?? [],
    zendExtensions: values.get("z") ?? [],
    fpmConfig: isFpm ? last("y") : undefined,
    prefix: isFpm ? last("p") : undefined,
  };
}
