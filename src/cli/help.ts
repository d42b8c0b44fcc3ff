import type { Command, OptionSpec } from "./command.ts";
import { commonOptions } from "./words.ts";

/** Exit codes and their meanings, as help and the man pages list them. */
export const exitMeanings: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "fine"],
  ["1", "the build failed"],
  ["2", "the spec or the usage is wrong"],
  ["3", "an I/O error (network, disk, engine); a retry may help"],
  ["70", "a fault of Pith itself"],
  ["130", "interrupted"],
];

/** Help for all of `pith`. */
export function renderHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  return `Pith makes container images of only the files that a program needs.

Usage: pith COMMAND [OPTIONS] [ARGUMENTS]

Commands:
${commands.map((command) => `  ${command.name.padEnd(width)}${command.summary}`).join("\n")}

Options:
${optionLines([...commonOptions, { name: "version", description: "Show the version." }])}

Exit codes:
${exitMeanings.map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`).join("\n")}

"pith COMMAND --help" has more on each. NO_COLOR turns colours off.
`;
}

/** Help for one command. */
export function renderCommandHelp(command: Command): string {
  const { options, examples, description } = command;
  const shown = examples.map(({ line, does }) => `  # ${does}\n  ${line}`).join("\n\n");
  return `${command.summary}.

Usage: ${usageOf(command)}

${description}

Options:
${optionLines([...options, ...commonOptions])}

Examples:
${shown}
`;
}

/** The line that shows a command's words. */
export function usageOf({ name, operands, passes = "" }: Command): string {
  return ["pith", name, "[OPTIONS]", operands.usage, passes].filter((word) => word !== "").join(" ");
}

function optionLines(options: readonly OptionSpec[]): string {
  const heads = options.map((option) => {
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    return `${short}--${option.name}${option.value === undefined ? "" : ` ${option.value}`}`;
  });
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  return options.map((option, index) => `  ${(heads[index] ?? "").padEnd(width)}${option.description}`).join("\n");
}
