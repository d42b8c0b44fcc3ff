import process from "node:process";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { version } from "../version.ts";

/** `pith version`: what to write into a report about a weakness or a fault. */
export const versionCommand: Command = {
  name: "version",
  summary: "Print the version; with -v also that of Node, and the machine",
  description: `"pith --version" and "pith -v" print the same. The frontend's image has its version in the label
org.opencontainers.image.version.`,
  operands: { usage: "", least: 0, most: 0 },
  options: [],
  examples: [{ line: "pith version --json | jq -r .version", does: "The version alone." }],
  async run({ terminal, words }) {
    const facts = { version, node: process.versions.node, platform: `${process.platform}/${process.arch}` };
    if (terminal.isJson) terminal.print(`${JSON.stringify(facts, undefined, 2)}\n`);
    else terminal.print(`pith ${version}\n`);
    if (!terminal.isJson && words.has("verbose")) terminal.print(`node ${facts.node}\nplatform ${facts.platform}\n`);
    return Promise.resolve(exitCodes.fine);
  },
};
