import markdownIt from "markdown-it";
import { type Link, links as linksOf, slugOf } from "../documents/links.ts";
import { withoutCode } from "../documents/prose.ts";
import { escapeHtml } from "./layout.ts";

export interface RenderedDocument {
  readonly title: string;
  readonly html: string;
  /** Headings of the second level, for the list beside the text. */
  readonly headings: readonly { readonly title: string; readonly anchor: string }[];
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly Link[];
  /** The text below each heading, for the search. */
  readonly sections: readonly { readonly anchor: string; readonly heading: string; readonly text: string }[];
}

interface Rendering {
  /** The address of a link to another document or file. */
  readonly linkOf: (target: string) => string;
}

/** Renders a document. Anchors are those that GitHub gives; HTML in documents is shown as text. */
export function renderMarkdown(text: string, { linkOf }: Rendering): RenderedDocument {
  const markdown = markdownIt({ html: false, linkify: true, highlight: colour });
  const tokens = markdown.parse(text.replaceAll(/<!--[\s\S]*?-->\n?/gu, ""), {});
  const counts = new Map<string, number>();
  const headings: { title: string; anchor: string }[] = [];
  const anchors = new Set<string>();
  const sections: { anchor: string; heading: string; text: string }[] = [];
  let title = "";
  for (const [index, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const inline = tokens[index + 1];
      const written = inline?.content ?? "";
      const slug = slugOf(written);
      const count = counts.get(slug) ?? 0;
      counts.set(slug, count + 1);
      const anchor = count === 0 ? slug : `${slug}-${String(count)}`;
      anchors.add(anchor);
      token.attrSet("id", anchor);
      const plain = plainText(written);
      if (title === "") title = plain;
      if (token.tag === "h2") headings.push({ title: plain, anchor });
      sections.push({ anchor: sections.length === 0 ? "" : anchor, heading: plain, text: "" });
    } else if (token.type === "inline" || token.type === "fence") {
      const section = sections.at(-1);
      if (section !== undefined && tokens[index - 1]?.type !== "heading_open") {
        section.text = `${section.text} ${plainText(token.content)}`.trim();
      }
    }
    for (const child of token.children ?? []) {
      const name = child.type === "image" ? "src" : "href";
      const written = child.attrGet(name);
      const target = written === null ? null : String(written);
      if (target !== null && !/^[a-z]+:/u.test(target)) child.attrSet(name, linkOf(decodeURI(target)));
    }
  }
  const html = markdown.renderer
    .render(tokens, markdown.options, {})
    .replaceAll("<table>", '<div class="table" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
  return { title, html, headings, anchors, links: linksOf(withoutCode(text)), sections };
}

function plainText(text: string): string {
  return text
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/[`*]/gu, "")
    .replaceAll(/\s+/gu, " ");
}

/** Comments and keys of the languages that documents have; each line is an element, since it wraps by itself. */
function colour(text: string, language: string): string {
  const lines = text.replace(/\n$/u, "").split("\n");
  return lines
    .map((line) => {
      const escaped = escapeHtml(line);
      if (!/^(?:yaml|sh|shell|bash|dockerfile|toml|hcl)$/u.test(language)) return lineOf(escaped);
      const [, code = "", comment = ""] = /^(.*?)((?:^|\s)#.*)?$/u.exec(escaped.replaceAll("&#39;", "\u0000")) ?? [];
      const keyed =
        language === "yaml" ? code.replace(/^(\s*(?:- )?)([\w.-]+)(?=:)/u, '$1<span class="key">$2</span>') : code;
      const shown = comment === "" ? keyed : `${keyed}<span class="comment">${comment}</span>`;
      return lineOf(shown.replaceAll("\u0000", "&#39;"));
    })
    .join("");
}

function lineOf(html: string): string {
  return `<span class="line">${html}\n</span>`;
}
