import fs from "node:fs/promises";
import path from "node:path";
import { openContext } from "../../adapters/images/open-context.ts";
import { defaultSyntax, detectSpec } from "../../detect/detect.ts";
import { rootProjectFiles } from "../../detect/root-files.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";

/** `pith init`: a first spec. */
export const init: Command = {
  name: "init",
  summary: "Write a first spec for a folder",
  description: `Finds which application the folder holds by its files, and writes the spec that builds it, with the reasons as
comments. It runs nothing. Where it cannot tell, it says what it looked for, writes nothing and ends with 2. It never
writes over a file unless told to.`,
  operands: { usage: "[FOLDER]", least: 0, most: 1 },
  options: [
    { name: "file", short: "f", value: "FILE", description: "Where it goes, in the folder. Default: pith.yaml." },
    { name: "syntax", value: "IMAGE", description: `The frontend's image. Default: ${defaultSyntax}.` },
    { name: "print", description: "Print it, write nothing." },
    { name: "force", description: "Write over a file that is there." },
  ],
  examples: [
    { line: "pith init", does: "Write pith.yaml for this folder." },
    { line: "pith init --print services/api", does: "See what it would be for another." },
  ],
  async run({ words, terminal, hostFolder }) {
    const folder = path.resolve(hostFolder, words.operands[0] ?? ".");
    const syntax = words.text("syntax") ?? defaultSyntax;
    const file = words.text("file") ?? "pith.yaml";
    const { root } = openContext(folder, path.join(folder, file));
    const { detected, diagnostics } = await detectSpec(rootProjectFiles(root), { syntax });
    if (detected === undefined) throw new BuildError(diagnostics);
    if (words.has("print")) {
      terminal.print(terminal.isJson ? `${JSON.stringify(detected)}\n` : detected.text);
      return exitCodes.fine;
    }
    const isThere = await writeNew(path.join(folder, file), { text: detected.text, isForced: words.has("force") });
    if (isThere) {
      throw new BuildError([
        {
          severity: "error",
          code: "SPEC_EXISTS",
          message: `cannot write ${file}: it is there already`,
          hint: "name another file with -f, or add --force",
        },
      ]);
    }
    if (terminal.isJson) terminal.print(`${JSON.stringify({ file, ...detected })}\n`);
    terminal.say(`${file}: written for ${detected.name}; build it with docker build -f ${file} -t NAME .`);
    return exitCodes.fine;
  },
};

/** Writes a file; answers true, and leaves it, when it is there and may not be replaced. */
async function writeNew(
  hostPath: string,
  { text, isForced }: { readonly text: string; readonly isForced: boolean },
): Promise<boolean> {
  try {
    await fs.writeFile(hostPath, text, { flag: isForced ? "w" : "wx" });
    return false;
  } catch (failure) {
    if (failure instanceof Error && "code" in failure && failure.code === "EEXIST") return true;
    throw failure;
  }
}
