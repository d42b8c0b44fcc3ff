/** One paragraph of a control file (deb822(5)). Names of fields are in lower case. */
export interface Paragraph {
  readonly fields: ReadonlyMap<string, string>;
}

/** Fields that are used; everything else is skipped unread. */
const wanted = ["package", "status", "version", "architecture", "source"];
const lineLimit = 1024;
const newline = 0x0a;

/**
 * The paragraphs of a control file. Lines that are none are skipped, a continuation adds nothing, and where the file is cut
 * the last paragraph has what came before. Takes time and memory in proportion to the bytes.
 */
export function* readParagraphs(bytes: Uint8Array): Iterable<Paragraph> {
  const decoder = new TextDecoder();
  let fields = new Map<string, string>();
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    const line = decoder.decode(bytes.subarray(start, Math.min(end, start + lineLimit))).replace(/\r$/, "");
    start = end + 1;
    if (line.trim() === "") {
      if (fields.size > 0) yield { fields };
      fields = new Map();
      continue;
    }
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && wanted.includes(name) && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  if (fields.size > 0) yield { fields };
}
