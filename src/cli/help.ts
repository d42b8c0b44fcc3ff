import type { Command, OptionSpec } from "./command.ts";
import { commonOptions } from "./words.ts";

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
  0    fine
  1    the build failed
  2    the spec or the usage is wrong
  3    an I/O error (network, disk, engine); a retry may help
  70   a fault of Pith itself
  130  interrupted

"pith COMMAND --help" has more on each. NO_COLOR turns colours off.
`;
}

/** Help for one command. */
export function renderCommandHelp(command: Command): string {
  const { name, operands, options, examples, description } = command;
  const usage = ["pith", name, "[OPTIONS]", operands.usage, command.passes ?? ""]
    .filter((word) => word !== "")
    .join(" ");
  const shown = examples.map(({ line, does }) => `  # ${does}\n  ${line}`).join("\n\n");
  return `${command.summary}.

Usage: ${usage}

${description}

Options:
${optionLines([...options, ...commonOptions])}

Examples:
${shown}
`;
}

function optionLines(options: readonly OptionSpec[]): string {
  const heads = options.map((option) => {
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    return `${short}--${option.name}${option.value === undefined ? "" : ` ${option.value}`}`;
  });
  const width = Math.max(...heads.map((head) => head.length)) + 2;
  return options.map((option, index) => `  ${(heads[index] ?? "").padEnd(width)}${option.description}`).join("\n");
}
