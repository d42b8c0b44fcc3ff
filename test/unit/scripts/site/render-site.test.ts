import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../../../scripts/lib/project.ts";
import { renderMarkdown } from "../../../../scripts/site/markdown.ts";
import { renderSite } from "../../../../scripts/site/render-site.ts";

const { files, problems } = renderSite();

describe("the site", () => {
  it("has no link that leads nowhere", () => {
    expect(problems).toEqual([]);
    const dead: string[] = [];
    for (const [path, html] of files) {
      if (!path.endsWith(".html")) continue;
      for (const [, target = ""] of html.matchAll(/(?:href|src)="([^"]*)"/gu)) {
        if (/^[a-z]+:/u.test(target)) continue;
        const [file = "", anchor] = target.split("#");
        const linked = file === "" ? path : normalize(join(dirname(path), file));
        const page = files.get(linked);
        if (page === undefined && !existsSync(join(projectFolder, linked))) dead.push(`${path}: ${target}`);
        const isThere = anchor === undefined || page === undefined || page.includes(`id="${anchor}"`);
        if (!isThere) dead.push(`${path}: ${target}`);
      }
    }
    expect(dead).toEqual([]);
  });

  it("asks for nothing that is not in its folder", () => {
    for (const [path, html] of files) {
      if (path.endsWith(".html")) expect(html).not.toMatch(/<(?:script|link|img)[^>]* (?:src|href)="(?:https?:)?\/\//u);
    }
  });

  it("has every document, and finds its sections", () => {
    expect(files.has("index.html")).toBe(true);
    expect(files.get("docs/guides/audit.html")).toContain("<h1 id=");
    expect(files.get("search.js")).toContain('"docs/errors/LIBRARY_MISSING.html"');
    expect(files.get("search.js")).toContain('"docs/guides/command-line.html#build-again-at-each-edit"');
  });
});

describe("a document", () => {
  const render = (text: string) => renderMarkdown(text, { linkOf: (target) => target.replace(/\.md/u, ".html") });

  it("has the anchors of GitHub, and the text of each section", () => {
    const { title, anchors, headings, sections } = render("# A `b`\n\nOne.\n\n## C: d\n\nTwo [x](y.md).\n\n## C: d\n");
    expect(title).toBe("A b");
    expect([...anchors]).toEqual(["a-b", "c-d", "c-d-1"]);
    expect(headings.map(({ anchor }) => anchor)).toEqual(["c-d", "c-d-1"]);
    expect(sections[1]).toEqual({ anchor: "c-d", heading: "C: d", text: "Two x." });
  });

  it("shows code with its comments, and markup as text", () => {
    const { html } = render('```yaml\n# syntax=a\nfrom: "b" # c\n```\n\n<b>x</b> [y](z.md#w)\n');
    expect(html).toContain('<span class="comment"># syntax=a</span>');
    expect(html).toContain('<span class="key">from</span>: &quot;b&quot;<span class="comment"> # c</span>');
    expect(html).toContain('&lt;b&gt;x&lt;/b&gt; <a href="z.html#w">y</a>');
  });
});
