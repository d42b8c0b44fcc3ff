import type { Command, OptionSpec } from "../../src/cli/command.ts";
import { exitMeanings, usageOf } from "../../src/cli/help.ts";
import { commonOptions } from "../../src/cli/words.ts";

interface ManPage {
  /** The file: `pith-build.1`. */
  readonly name: string;
  /** In the language of man(7). */
  readonly text: string;
}

/** A page for `pith`, and one for each command, made from the same table as `--help`. */
export function manPages(commands: readonly Command[], version: string): readonly ManPage[] {
  return [mainPage(commands, version), ...commands.map((command) => commandPage(command, version))];
}

function mainPage(commands: readonly Command[], version: string): ManPage {
  const names = commands.map(({ name, summary }) => `.TP\n\\fBpith\\-${roff(name)}\\fR(1)\n${line(`${summary}.`)}`);
  const text = [
    head("pith", version),
    ".SH NAME\npith \\- make container images of only the files that a program needs",
    ".SH SYNOPSIS\n\\fBpith\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
    `.SH COMMANDS\n${names.join("\n")}`,
    `.SH OPTIONS\n${commonOptions.map(option).join("\n")}`,
    exitStatus(),
    `.SH ENVIRONMENT\n.TP\n\\fBNO_COLOR\\fR\nTurns colours off.`,
  ];
  return { name: "pith.1", text: `${text.join("\n")}\n` };
}

function commandPage(command: Command, version: string): ManPage {
  const { name, summary, description, options, examples } = command;
  const first = summary.charAt(0).toLowerCase() + summary.slice(1);
  const paragraphs = description.split("\n\n").map((text) => text.split("\n").map(line).join("\n"));
  const shown = examples.map(
    ({ line: example, does }) => `.PP\n${line(does)}\n.PP\n.nf\n${line(`    ${example}`)}\n.fi`,
  );
  const text = [
    head(`pith-${name}`, version),
    `.SH NAME\npith\\-${roff(name)} \\- ${roff(first)}`,
    `.SH SYNOPSIS\n${line(usageOf(command))}`,
    `.SH DESCRIPTION\n${paragraphs.join("\n.PP\n")}`,
    `.SH OPTIONS\n${[...options, ...commonOptions].map(option).join("\n")}`,
    `.SH EXAMPLES\n${shown.join("\n")}`,
    exitStatus(),
    ".SH SEE ALSO\n\\fBpith\\fR(1)",
  ];
  return { name: `pith-${name}.1`, text: `${text.join("\n")}\n` };
}

function head(title: string, version: string): string {
  return `.TH "${roff(title.toUpperCase())}" "1" "" "pith ${roff(version)}" "Pith"`;
}

function option({ name, short, value, description }: OptionSpec): string {
  const words = [...(short === undefined ? [] : [`\\fB\\-${short}\\fR`]), `\\fB\\-\\-${roff(name)}\\fR`];
  return `.TP\n${words.join(", ")}${value === undefined ? "" : ` \\fI${roff(value)}\\fR`}\n${line(description)}`;
}

function exitStatus(): string {
  return `.SH EXIT STATUS\n${exitMeanings.map(([code, meaning]) => `.TP\n${code}\n${line(`${meaning}.`)}`).join("\n")}`;
}

/** A line of text: one that begins with a dot or a quote would be a request. */
function line(text: string): string {
  const escaped = roff(text);
  return /^[.']/u.test(escaped) ? `\\&${escaped}` : escaped;
}

function roff(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}
