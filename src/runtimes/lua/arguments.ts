/** The program in a command line of lua. */
export interface LuaCommand {
  readonly script: string | undefined;
  /** What follows the script. */
  readonly arguments: readonly string[];
  /** Modules of `-l`. */
  readonly modules: readonly string[];
  /** Texts of `-e`. */
  readonly codes: readonly string[];
}

/** Reads options as lua(1) and luajit(1) do, up to the script. */
export function readLuaCommand(args: readonly string[]): LuaCommand {
  const modules: string[] = [];
  const codes: string[] = [];
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (!word.startsWith("-") || word === "-") break;
    if (word === "--") {
      index++;
      break;
    }
    const [, letter = "", joined = ""] = /^-([elb])(.*)$/su.exec(word) ?? [];
    const value = letter === "" || joined !== "" ? joined : (args[++index] ?? "");
    // Since 5.4.4 `-l NAME=MODULE` gives the module another name.
    if (letter === "l") modules.push(value.slice(value.indexOf("=") + 1));
    if (letter === "e") codes.push(value);
  }
  const script = args[index];
  return { script: script === "-" ? undefined : script, arguments: args.slice(index + 1), modules, codes };
}
