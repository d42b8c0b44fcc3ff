import type { Checked, Diagnostic } from "../../diagnostics/diagnostic.ts";
import { readAlpineSecdb } from "./alpine-secdb.ts";
import { readCsaf } from "./csaf-list.ts";
import { readDebianTracker } from "./debian-tracker.ts";
import { type Exploitation, readCatalogue, readLikelihoods } from "./exploitation.ts";
import { invalid } from "./findings.ts";
import { readOpenVex } from "./openvex-list.ts";
import { readOsvRecord } from "./osv.ts";
import type { Vulnerability } from "./vulnerability.ts";

/** Broken records that are told one by one. */
const toldLimit = 10;

/** What a list says: which packages have which vulnerability, and what is known of attacks by them. */
export interface ListContent {
  readonly vulnerabilities: readonly Vulnerability[];
  /** By the names of vulnerabilities. */
  readonly exploitation: ReadonlyMap<string, Exploitation>;
}

/** A list that was read, or why not. */
export interface ReadList extends Checked<ListContent> {
  /** True where nothing in it has the form of a list: another file, as a repository of records has some. */
  readonly isForeign: boolean;
}

/**
 * Reads a list of vulnerabilities: OSV records (one, an array of them, the answer `{"vulns": [...]}` of its API, or one
 * a line), a document of CSAF or OpenVEX about packages, the JSON of Debian's tracker, of which the release with this
 * code name counts, Alpine's secdb, CISA's catalogue, or the table of EPSS. VULNERABILITIES_INVALID for others.
 */
export function readList(
  text: string,
  { name, codename }: { readonly name: string; readonly codename: string | undefined },
): ReadList {
  const likelihoods = readLikelihoods(text);
  if (likelihoods !== undefined) return listed({ exploitation: likelihoods });
  const value = parseJson(text) ?? parseLines(text);
  const records = recordsOf(value);
  if (records === undefined) {
    const tracked = readDebianTracker(value, codename);
    if (tracked !== undefined) return listed({ vulnerabilities: tracked });
    const stated = readAlpineSecdb(value) ?? readCsaf(value) ?? readOpenVex(value);
    if (stated !== undefined) return listed({ vulnerabilities: stated });
    const catalogue = readCatalogue(value);
    if (catalogue !== undefined) return listed({ exploitation: catalogue });
    const problem = "it is none of OSV, CSAF, OpenVEX, Debian's tracker, Alpine's secdb, CISA's catalogue and EPSS";
    return { value: undefined, diagnostics: [invalid(`cannot read ${name}: ${problem}`)], isForeign: true };
  }
  const found: Vulnerability[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [index, record] of records.entries()) {
    const read = readOsvRecord(record);
    if (typeof read === "string") {
      const where = read === "" ? "" : ` at ${read}`;
      diagnostics.push(invalid(`cannot read ${name}: record ${String(index + 1)} is no OSV record${where}`));
    } else if (read !== undefined) found.push(read);
  }
  if (diagnostics.length > 0) {
    const isForeign = !records.some(isMeantAsRecord);
    return { value: undefined, diagnostics: diagnostics.slice(0, toldLimit), isForeign };
  }
  return listed({ vulnerabilities: found });
}

function listed(content: Partial<ListContent>): ReadList {
  return { value: { vulnerabilities: [], exploitation: new Map(), ...content }, diagnostics: [], isForeign: false };
}

/**
 * Whether a value has what only a record has: the schema requires `id` and `modified`, and `affected` is its matter.
 */
function isMeantAsRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("id" in value)) return false;
  return "affected" in value || "modified" in value || "schema_version" in value;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function recordsOf(value: unknown): readonly unknown[] | undefined {
  if (isList(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  if ("vulns" in value && isList(value.vulns)) return value.vulns;
  return "id" in value && typeof value.id === "string" ? [value] : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseLines(text: string): readonly unknown[] | undefined {
  const values = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(parseJson);
  return values.length === 0 || values.includes(undefined) ? undefined : values;
}
