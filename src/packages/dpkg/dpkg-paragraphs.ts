/** One paragraph of a control file (deb822(5)). Names of fields are in lower case. */
export interface Paragraph {
  readonly fields: ReadonlyMap<string, string>;
  /** The whole paragraph as it stands there. */
  text(): string;
}

/** Fields that are used; everything else is skipped unread. */
const wanted = ["package", "status", "version", "architecture", "source", "maintainer", "homepage"];
const lineLimit = 1024;
const newline = 0x0a;

/**
 * The paragraphs of a control file. Lines that are none are skipped, a continuation adds nothing, and where the file is
 * cut the last paragraph has what came before. Takes time and memory in proportion to the bytes.
 */
export function* readParagraphs(bytes: Uint8Array): Iterable<Paragraph> {
  const decoder = new TextDecoder();
  let fields = new Map<string, string>();
  let first = 0;
  const paragraph = (end: number): Paragraph => {
    const from = first;
    return { fields, text: () => decoder.decode(bytes.subarray(from, end)) };
  };
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    const line = decoder.decode(bytes.subarray(start, Math.min(end, start + lineLimit))).replace(/\r$/, "");
    const before = start;
    start = end + 1;
    if (line.trim() === "") {
      if (fields.size > 0) yield paragraph(before);
      fields = new Map();
      first = start;
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && wanted.includes(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  if (fields.size > 0) yield paragraph(bytes.length);
}

/** Names of packages in fields such as `Depends`, whose lines have no limit. */
export function namesIn(
  text: string,
  field: "(?:Pre-)?Depends" | "(?:Recommends|Suggests)" | "Provides",
): readonly string[] {
  const lines = new RegExp(`^${field}:(.*(?:\\n[ \\t].*)*)`, "gimu");
  const lists = [...text.matchAll(lines)].map((match) => match[1] ?? "");
  return lists.flatMap((list) =>
    list.split(/[,|]/u).flatMap((part) => /^\s*([a-z\d][a-z\d+.-]+)/u.exec(part)?.[1] ?? []),
  );
}
