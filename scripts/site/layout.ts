interface PageContents {
  readonly title: string;
  /** Markup of the document. */
  readonly html: string;
  readonly headings: readonly { readonly title: string; readonly anchor: string }[];
  readonly isStart: boolean;
  /** The way to the site's top, with a slash at its end. */
  readonly root: string;
  readonly groups: readonly {
    readonly label: string;
    readonly links: readonly { readonly title: string; readonly href: string; readonly isHere: boolean }[];
  }[];
}

/** A page of the site: navigation, text, headings and the search. It asks for files of the site alone. */
export function layOutPage({ title, html, headings, isStart, root, groups }: PageContents): string {
  const name = isStart ? "Pith: images of only the files that a program needs" : `${title} - Pith`;
  const menu = groups.map(({ label, links }) => {
    const items = links.map(
      ({ title: text, href, isHere }) =>
        `<li><a href="${escapeHtml(href)}"${isHere ? ' aria-current="page"' : ""}>${escapeHtml(text)}</a></li>`,
    );
    const isOpen = label === "Start" || label === "Guides" || links.some(({ isHere }) => isHere);
    return `<details${isOpen ? " open" : ""}><summary>${label}</summary><ul>${items.join("")}</ul></details>`;
  });
  const outline =
    headings.length < 2
      ? ""
      : `<aside><nav aria-label="On this page"><p>On this page</p><ul>${headings.map((one) => `<li><a href="#${escapeHtml(one.anchor)}">${escapeHtml(one.title)}</a></li>`).join("")}</ul></nav></aside>`;
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
<link rel="stylesheet" href="${root}site.css">
</head>
<body${isStart ? ' class="start"' : ""}>
<a class="skip" href="#text">Skip to the text</a>
<header><a class="mark" href="${root}index.html">Pith</a>
<div class="finder" role="search"><label><span class="hidden">Search the documents</span><input id="find" type="search" placeholder="Search, or press /" autocomplete="off" spellcheck="false"></label><ol id="hits" aria-label="Found" hidden></ol></div>
<button id="menu" type="button" aria-expanded="false" aria-controls="navigation">Menu</button></header>
<div class="columns">
<nav id="navigation" aria-label="Documents">${menu.join("")}</nav>
<main id="text" tabindex="-1">${html}</main>
${outline}
</div>
<script src="${root}search.js" defer></script>
<script src="${root}site.js" defer></script>
</body>
</html>
`;
}

/** Text as HTML shows it, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
