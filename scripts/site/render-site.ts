import { existsSync, globSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { projectFolder } from "../lib/project.ts";
import { siteScript } from "./client.ts";
import { escapeHtml, layOutPage } from "./layout.ts";
import { type RenderedDocument, renderMarkdown } from "./markdown.ts";
import { navigation } from "./navigation.ts";
import { siteStyle } from "./style.ts";

interface Site {
  /** The text of each file by its path in the site. */
  readonly files: ReadonlyMap<string, string>;
  /** Links that lead nowhere. */
  readonly problems: readonly string[];
}

/** The start page is the project's own. */
const start = "README.md";

/** Renders every document, the files that documents link to, and the index of the search. */
export function renderSite(): Site {
  const names = globSync(["*.md", "docs/**/*.md", "examples/*/README.md"], { cwd: projectFolder }).toSorted();
  const documents = new Set(names);
  const others = new Set<string>();
  const problems: string[] = [];
  const rendered = new Map<string, RenderedDocument>();
  for (const name of names) {
    rendered.set(
      name,
      renderMarkdown(readFileSync(join(projectFolder, name), "utf8"), {
        linkOf: (target) => {
          const [path = "", anchor] = target.split("#");
          const linked = path === "" ? name : normalize(join(dirname(name), path)).replace(/\/$/u, "");
          const hash = anchor === undefined ? "" : `#${anchor}`;
          const readme = join(linked, "README.md");
          if (documents.has(linked)) return `${relativeTo(name, pageOf(linked))}${hash}`;
          if (documents.has(readme)) return relativeTo(name, pageOf(readme));
          if (!existsSync(join(projectFolder, linked))) {
            problems.push(`${name}: cannot follow a link: no file ${linked}`);
            return target;
          }
          if (linked.startsWith("docs/images/")) return relativeTo(name, linked);
          others.add(linked);
          return relativeTo(name, filePageOf(linked));
        },
      }),
    );
  }
  for (const [name, { links }] of rendered) {
    for (const { path, anchor } of links) {
      const target = path === "" ? name : normalize(join(dirname(name), path));
      const known = rendered.get(target);
      if (anchor === undefined || known === undefined || known.anchors.has(anchor)) continue;
      problems.push(`${name}: cannot follow a link: ${target} has no heading #${anchor}`);
    }
  }
  const files = new Map<string, string>();
  const groups = navigation(names, (name) => rendered.get(name)?.title ?? name);
  for (const [name, document] of rendered) files.set(pageOf(name), page(name, document, groups));
  for (const name of others) addFile(files, name, groups);
  files.set("site.css", siteStyle);
  files.set("site.js", siteScript);
  files.set("search.js", `window.pithSearch = ${JSON.stringify(indexOf(rendered))};\n`);
  return { files, problems };
}

type Groups = ReturnType<typeof navigation>;

function page(name: string, { title, html, headings }: RenderedDocument, groups: Groups): string {
  const path = pageOf(name);
  return layOutPage({
    title,
    html,
    headings,
    isStart: name === start,
    root: relativeTo(path, ".") === "." ? "./" : `${relativeTo(path, ".")}/`,
    groups: groups.map(({ label, documents }) => ({
      label,
      links: documents.map((one) => ({
        title: one.title,
        href: relativeTo(path, pageOf(one.name)),
        isHere: one.name === name,
      })),
    })),
  });
}

/** A file of the project as a page; of a directory, a list of what it holds. */
function addFile(files: Map<string, string>, name: string, groups: Groups): void {
  const hostPath = join(projectFolder, name);
  const path = filePageOf(name);
  if (files.has(path)) return;
  const isDirectory = statSync(hostPath).isDirectory();
  const entries = isDirectory ? readdirSync(hostPath, { withFileTypes: true }).filter(isShown) : [];
  for (const entry of entries) if (entry.isFile()) addFile(files, join(name, entry.name), groups);
  const list = entries
    .map((entry) => entry.name)
    .toSorted()
    .map((one) => {
      const child = join(name, one);
      const readme = join(child, "README.md");
      const target = existsSync(join(projectFolder, readme)) ? pageOf(readme) : filePageOf(child);
      const isPage = statSync(join(projectFolder, child)).isFile() || target.endsWith("README.html");
      return isPage
        ? `<li><a href="${escapeHtml(relativeTo(path, target))}">${escapeHtml(one)}</a></li>`
        : `<li>${escapeHtml(one)}</li>`;
    });
  const html = isDirectory
    ? `<h1>${escapeHtml(name)}</h1><ul>${list.join("")}</ul>`
    : `<h1>${escapeHtml(name)}</h1><pre><code>${escapeHtml(readFileSync(hostPath, "utf8"))}</code></pre>`;
  files.set(
    path,
    page(
      path.replace(/\.html$/u, ".md"),
      { title: name, html, headings: [], anchors: new Set(), links: [], sections: [] },
      groups,
    ),
  );
}

const largest = 200_000;

function isShown(entry: {
  readonly name: string;
  readonly parentPath: string;
  isFile(): boolean;
  isDirectory(): boolean;
}): boolean {
  if (entry.isDirectory()) return !["node_modules", "dist"].includes(entry.name);
  const isText = !/\.(?:png|jar|gz|zip|ico|class)$/u.test(entry.name);
  return entry.isFile() && isText && statSync(join(entry.parentPath, entry.name)).size < largest;
}

/** What the search reads: each section's page, anchor, titles and words. */
function indexOf(rendered: ReadonlyMap<string, RenderedDocument>): readonly (readonly string[])[] {
  return [...rendered].flatMap(([name, { title, sections }]) =>
    sections.map(({ anchor, heading, text }) => [
      `${pageOf(name)}${anchor === "" ? "" : `#${anchor}`}`,
      title,
      heading === title ? "" : heading,
      text,
    ]),
  );
}

function pageOf(name: string): string {
  return name === start ? "index.html" : name.replace(/\.md$/u, ".html");
}

function filePageOf(name: string): string {
  return `files/${name}.html`;
}

function relativeTo(from: string, to: string): string {
  const base = from.endsWith(".md") ? dirname(pageOf(from)) : dirname(from);
  return relative(base, to) || ".";
}
