import { authorOf, isWithoutTime, productOf, timeOf, uuidOf, type VexOptions } from "./document.ts";
import { noteOf } from "./evidence.ts";
import { openVexPredicateType } from "./findings.ts";
import type { Statement } from "./statements.ts";

/**
 * The statements as OpenVEX 0.2.0 JSON. Its schema takes a justification or an impact, not both, so that the reason is
 * a note. The same statements give the same bytes.
 */
export function printOpenVex(statements: readonly Statement[], options: VexOptions): string {
  const product = productOf(options);
  const timeNote = isWithoutTime(options) ? " (without SOURCE_DATE_EPOCH: the time is a constant)" : "";
  const body = {
    author: authorOf(options),
    role: options.subject.vendor === undefined ? "Image builder" : "Vendor of the image",
    timestamp: timeOf(options),
    version: 1,
    tooling: `pith/${options.toolVersion}${timeNote}`,
    statements: statements.map((statement) => ({
      vulnerability: {
        name: statement.vulnerability.id,
        ...(statement.vulnerability.aliases.length === 0 ? {} : { aliases: statement.vulnerability.aliases }),
      },
      products: [{ "@id": product, subcomponents: statement.purls.map((purl) => ({ "@id": purl })) }],
      status: "not_affected",
      status_notes: noteOf(statement),
      justification: statement.justification,
    })),
  };
  const document = { "@context": openVexPredicateType, "@id": `urn:uuid:${uuidOf(body)}`, ...body };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}
