import { quote } from "../diagnostics/escape.ts";
import type { Call, OptionSpec } from "./command.ts";
import { misuse } from "./words.ts";

const formats = ["text", "json", "sarif", "junit"] as const;

/** How findings are printed: for people, for programs, for code scanning, for CI servers. */
export type ReportFormat = (typeof formats)[number];

/** The option of commands whose findings others show. */
export const reportFormatOption: OptionSpec = {
  name: "format",
  value: "FORMAT",
  values: formats,
  description: `One of ${formats.join(", ")}. Default: text.`,
};

/** The format that a call asks for; `--json` is one, too. Throws USAGE_INVALID. */
export function parseReportFormat({ words, terminal }: Pick<Call, "words" | "terminal">): ReportFormat {
  const text = words.text("format");
  if (text === undefined) return terminal.isJson ? "json" : "text";
  const format = formats.find((known) => known === text);
  if (format !== undefined) return format;
  throw misuse(`cannot print findings as ${quote(text)}: not a format`, `use one of ${formats.join(", ")}`);
}
