interface Group {
  readonly label: string;
  readonly documents: readonly { readonly name: string; readonly title: string }[];
}

/** Groups of documents beside every page, in their order; each document is in the first whose pattern fits. */
const groups: readonly (readonly [label: string, pattern: RegExp])[] = [
  [
    "Start",
    /^(?:README|docs\/guides\/(?:tutorial|from-a-dockerfile|detection|assembler|command-line|cheat-sheet|troubleshooting|integrations))\.md$/u,
  ],
  ["Guides", /^docs\/guides\/(?!README|performance|hostile-input|comparison)/u],
  ["Reference", /^docs\/(?:spec|closure-rules|GLOSSARY|errors\/README)\.md$|^docs\/predicates\//u],
  ["Evidence", /^docs\/measurements\.md$|^docs\/guides\/(?:performance|hostile-input|comparison)\.md$/u],
  ["Examples", /^examples\//u],
  ["Project", /^(?:ARCHITECTURE|CHANGELOG|CONTRIBUTING|SECURITY)\.md$/u],
  ["Decisions", /^docs\/adr\//u],
  ["Errors", /^docs\/errors\//u],
];

/** The groups with their documents, by title; the start page is first. */
export function navigation(names: readonly string[], titleOf: (name: string) => string): readonly Group[] {
  const left = new Set(names);
  return groups.map(([label, pattern]) => {
    const own = [...left].filter((name) => pattern.test(name));
    for (const name of own) left.delete(name);
    const documents = own.map((name) => ({ name, title: name === "README.md" ? "Pith" : titleOf(name) }));
    const isFirst = ({ name }: { readonly name: string }): number => (name === "README.md" ? 0 : 1);
    return {
      label,
      documents: documents.toSorted((a, b) => isFirst(a) - isFirst(b) || a.title.localeCompare(b.title, "en")),
    };
  });
}
