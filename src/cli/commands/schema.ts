import specSchema from "../../../schema/pith.schema.json" with { type: "json" };
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";

/** `pith schema`: the language for editors. */
export const schema: Command = {
  name: "schema",
  summary: "Print the JSON Schema of the spec",
  description: `Editors complete and check a spec with it. It says what can be written; "pith lint" checks more.`,
  operands: { usage: "", least: 0, most: 0 },
  options: [],
  examples: [{ line: "pith schema > pith.schema.json", does: "Keep it beside the spec, for the editor." }],
  async run({ terminal }) {
    terminal.print(`${JSON.stringify(specSchema, undefined, 2)}\n`);
    return Promise.resolve(exitCodes.fine);
  },
};
