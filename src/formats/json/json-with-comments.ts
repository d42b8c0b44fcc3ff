import { parseRecord } from "./json-object.ts";

/** Strings, which may hold what looks like the rest; comments; commas before a closing bracket. */
const piece =
  /"(?:\\[^]|[^"\\])*(?:"|\\?$)|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|,(?=(?:\s|\/\/[^\n]*\n|\/\*[^]*?\*\/)*[}\]])/gu;

/**
 * The object that a configuration holds in JSON with comments and commas at the end of lists; undefined when it is
 * none.
 */
export function parseRecordWithComments(text: string): Readonly<Record<string, unknown>> | undefined {
  return parseRecord(text) ?? parseRecord(text.replaceAll(piece, (found) => (found.startsWith('"') ? found : " ")));
}
