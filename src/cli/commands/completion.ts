import { BuildError } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import type { Command } from "../command.ts";
import { renderCompletion, shells } from "../completion.ts";
import { exitCodes } from "../exit-codes.ts";

/**
 * `pith completion`: a script that teaches a shell the command line; `commands` is asked when all of them are known.
 */
export function completionOf(commands: () => Promise<readonly Command[]>): Command {
  return {
    name: "completion",
    summary: "Print a script that completes commands and options in a shell",
    description: `The script knows every command, option and description that --help shows. SHELL is ${shells.join(", ")}.`,
    operands: { usage: "SHELL", least: 1, most: 1 },
    values: shells,
    options: [],
    examples: [
      { line: "source <(pith completion bash)", does: "In ~/.bashrc; zsh takes the same." },
      { line: "pith completion fish > ~/.config/fish/completions/pith.fish", does: "For good, in fish." },
    ],
    async run({ words, terminal }) {
      const [asked = ""] = words.operands;
      const shell = shells.find((known) => known === asked);
      if (shell === undefined) {
        const message = `cannot complete words in ${quote(asked)}: Pith knows no such shell`;
        throw new BuildError([
          { severity: "error", code: "USAGE_INVALID", message, hint: `use one of ${shells.join(", ")}` },
        ]);
      }
      terminal.print(renderCompletion(shell, await commands()));
      return exitCodes.fine;
    },
  };
}
