import fs from "node:fs";
import path from "node:path";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import type { ComparedImage } from "../../inspect/audit/comparison.ts";
import { type ComparisonFormat, comparisonFormats, printComparison } from "../../inspect/audit/print-comparison.ts";
import { auditImage } from "../audit-image.ts";
import type { Command, CommandWords } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { imageNames } from "../image-locations.ts";
import { registryOptions } from "../registry-options.ts";
import { readVulnerabilities, vulnerabilitiesOption } from "../vulnerability-file.ts";

/** `pith compare`: the figures of any number of images beside each other. */
export const compare: Command = {
  name: "compare",
  summary: "Put the figures of any number of images beside each other",
  description: `Reads images, archives or directories, whoever made them, and prints one table: score, sizes, packages by kind, vulnerabilities
by severity, programs by what they are good for to an attacker, setuid files and secrets. Shells, package managers and
setuid files are named below it. The numbers are those of pith audit.

${imageNames}`,
  operands: { usage: "IMAGE...", least: 1, most: 1000 },
  options: [
    {
      name: "format",
      value: "FORMAT",
      values: comparisonFormats,
      description: `One of ${comparisonFormats.join(", ")}. Default: text.`,
    },
    { name: "output", short: "o", value: "FILE", description: "Write the table there." },
    vulnerabilitiesOption,
    { name: "platform", value: "OS/ARCH", description: "Of images for several. Default: linux on this machine's." },
    ...registryOptions,
  ],
  examples: [
    { line: "pith compare debian:trixie debian:trixie-slim app:1", does: "Which image leaves an attacker the least?" },
    { line: "pith compare --format markdown a.tar b.tar -o comparison.md", does: "A table for a document." },
    {
      line: "pith compare --json --vulnerabilities osv.json a.tar b.tar | jq '.images[].vulnerabilities.found[].id'",
      does: "The vulnerabilities by name.",
    },
  ],
  async run(call) {
    const { words, terminal } = call;
    const format = terminal.isJson ? "json" : parseFormat(words);
    const listFile = words.text("vulnerabilities");
    const vulnerabilities = listFile === undefined ? undefined : readVulnerabilities(call, listFile);
    const images: ComparedImage[] = [];
    for (const name of words.operands) {
      images.push({ name, ...(await auditImage(call, name, { vulnerabilities })) });
    }
    const printed = printComparison(images, format);
    const file = words.text("output");
    if (file === undefined) terminal.print(printed);
    else {
      fs.writeFileSync(path.resolve(call.hostFolder, file), printed);
      terminal.say(`wrote the comparison to ${file}`);
    }
    return exitCodes.fine;
  },
};

/** Throws OPTION_INVALID. */
function parseFormat(words: CommandWords): ComparisonFormat {
  const text = words.text("format") ?? "text";
  const format = comparisonFormats.find((known) => known === text);
  if (format !== undefined) return format;
  const message = `cannot print a comparison as ${quote(text)}: not a format`;
  const hint = `use one of ${comparisonFormats.join(", ")}`;
  throw new BuildError([{ severity: "error", code: "OPTION_INVALID", message, hint }]);
}
