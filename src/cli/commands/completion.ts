import { BuildError } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import { targetDescriptions } from "../../plan/targets.ts";
import type { Call, Command } from "../command.ts";
import { renderCompletion, shells } from "../completion.ts";
import { exitCodes } from "../exit-codes.ts";
import { readManifestFile } from "../manifest-file.ts";
import { readSpecFile } from "../spec-file.ts";
import { misuse } from "../words.ts";

/**
 * `pith completion`: a script that teaches a shell the command line; `commands` is asked when all of them are known.
 */
export function completionOf(commands: () => Promise<readonly Command[]>): Command {
  return {
    name: "completion",
    summary: "Print a script that completes commands and options in a shell",
    description: `The script knows every command, option and description that --help shows. SHELL is ${shells.join(", ")}.
The scripts ask "completion targets" for the targets of a spec, and "completion paths" for the paths of a manifest that
begin with /PREFIX, up to the next slash.`,
    operands: { usage: "SHELL|targets|paths [/PREFIX]", least: 1, most: 2 },
    values: shells,
    options: [
      { name: "file", short: "f", value: "FILE", description: "The spec whose targets are meant. Default: pith.yaml." },
      { name: "manifest", short: "m", value: "FILE", description: "The manifest. Default: manifest.json." },
    ],
    examples: [
      { line: "source <(pith completion bash)", does: "In ~/.bashrc; zsh takes the same." },
      { line: "pith completion fish > ~/.config/fish/completions/pith.fish", does: "For good, in fish." },
    ],
    async run(call) {
      const { words, terminal } = call;
      const [asked = "", prefix] = words.operands;
      if (asked === "paths") return offer(call, await pathsOf(call, prefix ?? "/"));
      if (prefix !== undefined) throw misuse(`cannot complete ${quote(prefix)}: one too many`, "name a shell alone");
      if (asked === "targets") return offer(call, await targetsOf(call));
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

function offer({ terminal }: Call, words: readonly string[]): typeof exitCodes.fine {
  terminal.print(terminal.isJson ? `${JSON.stringify(words)}\n` : words.map((word) => `${word}\n`).join(""));
  return exitCodes.fine;
}

/** What --target takes: the spec's own targets first. A spec with faults has only those that every spec has. */
async function targetsOf(call: Call): Promise<readonly string[]> {
  const file = call.words.text("file") ?? "pith.yaml";
  const { checked } = await readSpecFile(call, { file, buildArgs: {}, otherwise: "" });
  const own = Object.keys(checked.value?.targets ?? {});
  return [...own, ...Object.keys(targetDescriptions).filter((name) => !own.includes(name))];
}

/** Nobody reads more of them. */
const mostPaths = 1000;

/** Paths of the manifest that begin with a prefix, each up to the next slash. */
async function pathsOf(call: Call, prefix: string): Promise<readonly string[]> {
  const { entries } = await readManifestFile(call, call.words.text("manifest") ?? "manifest.json");
  const found = new Set<string>();
  for (const { path } of entries) {
    if (!path.startsWith(prefix) || /\s/u.test(path)) continue;
    const slash = path.indexOf("/", prefix.length);
    found.add(slash === -1 ? path : path.slice(0, slash + 1));
    if (found.size === mostPaths) break;
  }
  // A directory is offered once, with its slash.
  return [...found].filter((path) => !found.has(`${path}/`));
}
