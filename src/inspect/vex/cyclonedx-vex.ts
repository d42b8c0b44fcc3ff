import { compareBytes } from "../../rootfs/rootfs.ts";
import { noTimeNote } from "../sbom/package-identity.ts";
import { authorOf, isWithoutTime, productOf, timeOf, uuidOf, type VexOptions } from "./document.ts";
import { noteOf } from "./evidence.ts";
import type { Statement } from "./statements.ts";

/**
 * The statements as a VEX of CycloneDX 1.6: packages of builders are components that the image excludes. The same
 * statements give the same bytes.
 */
export function printCycloneDxVex(statements: readonly Statement[], options: VexOptions): string {
  const product = productOf(options);
  const { name, version } = options.subject;
  const purls = [...new Set(statements.flatMap((one) => one.purls))].sort(compareBytes);
  // A part of whose functions something is said does ship.
  const shipping = new Set(
    statements.flatMap(({ evidence, purls: own }) => (evidence.programs === undefined ? [] : own)),
  );
  const body = {
    version: 1,
    metadata: {
      // A time that nobody gave is left out.
      ...(isWithoutTime(options) ? {} : { timestamp: timeOf(options) }),
      tools: { components: [{ type: "application", name: "pith", version: options.toolVersion }] },
      authors: [{ name: authorOf(options) }],
      component: {
        type: "container",
        "bom-ref": product,
        name: name ?? "image",
        ...(version === undefined ? {} : { version }),
        ...(product.startsWith("pkg:") ? { purl: product } : {}),
      },
      ...(isWithoutTime(options) ? { properties: [{ name: "pith:time", value: noTimeNote }] } : {}),
    },
    components: purls.map((purl) => ({
      type: "library",
      "bom-ref": purl,
      name: nameOfPurl(purl),
      ...(shipping.has(purl) ? {} : { scope: "excluded" }),
      purl,
    })),
    vulnerabilities: statements.map((statement, index) => ({
      "bom-ref": `statement-${String(index + 1)}`,
      id: statement.vulnerability.id,
      ...(statement.vulnerability.aliases.length === 0
        ? {}
        : { references: statement.vulnerability.aliases.map((id) => ({ id, source: { name: "alias" } })) }),
      analysis: {
        state: "not_affected",
        justification:
          statement.justification === "vulnerable_code_not_in_execute_path" ? "code_not_reachable" : "code_not_present",
        detail: noteOf(statement),
      },
      affects: statement.purls.map((ref) => ({ ref })),
      properties: [{ name: "pith:justification", value: statement.justification }],
    })),
  };
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(body)}`,
  };
  return `${JSON.stringify({ ...head, ...body }, undefined, 1)}\n`;
}

function nameOfPurl(purl: string): string {
  return decodeURIComponent(/([^/@]+)(?:@[^/]*)?$/u.exec(purl.replace(/[?#].*$/u, ""))?.[1] ?? purl);
}
