/** Interpreters that one types before the file that is meant. */
const interpreters =
  /^(?:(?:\/usr)?(?:\/local)?\/bin\/)?(?:node|bun|deno|python[\d.]*|ruby|php|perl|lua|tclsh|guile|(?:ba|da)?sh)$/u;
/** Programs that one types before it, and that find it in their own ways. */
const starters = /^(?:npm|npx|pnpm|yarn|pip|uvicorn|gunicorn|flask|bundle|rails|java)$/u;

/**
 * The line to write for a `cmd` that names a file which is not there. `name` is the last part of its path, `cmd` is the
 * whole command: `python3` of `cmd: [python3, main.py]`, where `cmd: [main.py]` is meant.
 */
export function commandHint(name: string, cmd: readonly string[] | undefined): string {
  const [first = "", ...args] = cmd ?? [];
  if (interpreters.test(first) && args.length > 0) {
    return `write \`cmd: [${args.join(", ")}]\`: cmd holds the arguments of the interpreter alone`;
  }
  return interpreters.test(name) || starters.test(name)
    ? `name the file that it runs: cmd holds the arguments of the interpreter, and ${name} is none of its files`
    : "correct the command, or add the file to the application";
}
