/** A link of a Markdown text: the file it names, relative to the text (empty: the text itself), and its anchor. */
export interface Link {
  readonly line: number;
  readonly path: string;
  readonly anchor: string | undefined;
}

/** The links between documents, from lines without code. Links to other sites are left out. */
export function links(lines: readonly string[]): readonly Link[] {
  return lines.flatMap((text, index) =>
    [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [path = "", anchor] = target.split("#");
      return [{ line: index + 1, path, anchor }];
    }),
  );
}

/** The anchors of a text's headings, as GitHub names them. A heading that occurs twice gets a number. */
export function anchors(lines: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const found = new Set<string>();
  for (const line of lines) {
    const title = /^#{1,6} (.*)$/.exec(line)?.[1];
    if (title === undefined) continue;
    const slug = slugOf(title);
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    found.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return found;
}

/** The anchor of a heading that is the first of its name. */
export function slugOf(title: string): string {
  return title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}
