import { createHash } from "node:crypto";
import { isoTime, toUuid } from "../sbom/package-identity.ts";
import { openVexPredicateType } from "./findings.ts";
import type { Statement } from "./statements.ts";

export interface OpenVexOptions {
  /** The image, as scanners name it; undefined: by what is in it. */
  readonly product: string | undefined;
  /** Digest of the image's manifest, in hexadecimal. */
  readonly contentDigest: string;
  readonly epochSeconds: number;
  readonly toolVersion: string;
}

/** The statements as OpenVEX 0.2.0 JSON. The same statements give the same bytes. */
export function printOpenVex(statements: readonly Statement[], options: OpenVexOptions): string {
  const product = options.product ?? `urn:uuid:${toUuid(options.contentDigest)}`;
  const timestamp = isoTime(options.epochSeconds);
  const body = {
    author: "Pith",
    role: "Image builder",
    timestamp,
    version: 1,
    tooling: `pith/${options.toolVersion}`,
    statements: statements.map(({ vulnerability, justification, impact, purls }) => ({
      vulnerability: {
        name: vulnerability.id,
        ...(vulnerability.aliases.length === 0 ? {} : { aliases: vulnerability.aliases }),
      },
      products: [{ "@id": product, subcomponents: purls.map((purl) => ({ "@id": purl })) }],
      status: "not_affected",
      justification,
      impact_statement: impact,
    })),
  };
  const digest = createHash("sha256").update(JSON.stringify(body)).digest("hex");
  const document = { "@context": openVexPredicateType, "@id": `urn:uuid:${toUuid(digest)}`, ...body };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}
