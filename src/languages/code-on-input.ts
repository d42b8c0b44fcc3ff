/** The option behind which interpreters take code, by the names of their programs. */
const codeOptions: readonly (readonly [program: RegExp, option: string])[] = [
  [/^(?:a|ba|da|k|z)?sh$/u, "-c"],
  [/^python[\d.]*$/u, "-c"],
  [/^(?:perl|ruby|lua)[\d.]*$/u, "-e"],
  [/^(?:node|nodejs|bun)$/u, "-e"],
  [/^php[\d.]*$/u, "-r"],
];

/**
 * The arguments of an interpreter that stand for code on its standard input: `python3 -` of `import yaml` is
 * `python3 -c "import yaml"`. Undefined for other programs, and where the arguments name a script.
 */
export function argumentsForCode(
  program: string,
  args: readonly string[],
  input: string,
): readonly string[] | undefined {
  const [, option] = codeOptions.find(([name]) => name.test(program)) ?? [];
  if (option === undefined) return undefined;
  const mark = program.endsWith("sh") ? /^-s?$/u : /^-$/u;
  const at = args.findIndex((one) => mark.test(one));
  const options = at === -1 ? args : args.slice(0, at);
  // With -m or code of its own, the input is data.
  if (options.some((one) => !one.startsWith("-") || one === option || /^-[a-z]*m$/u.test(one))) return undefined;
  const code = option === "-r" ? input.replace(/^\s*<\?(?:php)?/u, "") : input;
  return [...options, option, code, ...(at === -1 ? [] : args.slice(at + 1))];
}
