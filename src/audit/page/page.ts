import { createHash } from "node:crypto";
import { capabilities } from "../../policy/capabilities.ts";
import type { Audit } from "../audit.ts";
import { figures, showBytes, showChange, showFigure, termsOf } from "../figures.ts";
import { drawMap } from "./draw-map.ts";
import { escapeHtml, toScriptJson } from "./markup.ts";
import { tableOf } from "./rows.ts";
import { pageScript } from "./script.ts";
import { pageStyle } from "./style.ts";

/**
 * The report as one HTML page, for one tree or for two, the former first. It holds everything that it needs, and its policy lets
 * a browser load and run nothing else.
 */
export function printPage(audits: readonly Audit[]): string {
  const title = `Attack surface of ${audits.map(({ name }) => name).join(" and ")}`;
  const table = tableOf(audits);
  const hasReasons = table.rows.some(([, , , , , reasons]) => reasons.length > 0);
  const policy = `default-src 'none'; style-src '${hashOf(pageStyle)}'; script-src '${hashOf(pageScript)}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${pageStyle}</style>
</head>
<body${hasReasons ? ' data-reasons="yes"' : ""}>
<a class="skip" href="#files">Skip to the files</a>
<header>
<h1>${escapeHtml(title)}</h1>
<p>What an attacker would find who gets in. Less is better; a score of 0 is one static program and nothing else.</p>
</header>
<main>
${figuresSection(audits)}
${scoreSection(audits)}
${programsSection(audits)}
${mapsSection(audits)}
${filesSection(audits, { hasReasons, left: table.left })}
</main>
<footer><p>The formula of the score is in docs/guides/audit.md of Pith.</p></footer>
<script type="application/json" id="data">${toScriptJson({ texts: table.texts, rows: table.rows })}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

const barWidth = 208;

function figuresSection(audits: readonly Audit[]): string {
  const isPair = audits.length === 2;
  const key = isPair ? `<p>${legend("before", "before")}${legend("after", "after")}</p>` : "";
  const rows = figures.map(({ title, unit, read }) => {
    const values = audits.map(read);
    const cells = values.map((value) => `<td class="number">${showFigure(value, unit)}</td>`).join("");
    if (!isPair) return `<tr><th scope="row">${escapeHtml(title)}</th>${cells}</tr>`;
    const [before, after] = values;
    const isWorse = before !== undefined && after !== undefined && after > before;
    const isBetter = before !== undefined && after !== undefined && after < before;
    const change = `<td class="number${isWorse ? " bad" : isBetter ? " good" : ""}">${showChange(before, after)}</td>`;
    return `<tr><th scope="row">${escapeHtml(title)}</th><td class="bars">${bars(values)}</td>${cells}${change}</tr>`;
  });
  const columns = audits.map(({ name }) => `<th scope="col" class="number">${escapeHtml(name)}</th>`).join("");
  const pair = isPair ? '<th scope="col">beside each other</th>' : "";
  return `<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
${key}<table><thead><tr><th scope="col">figure</th>${pair}${columns}${isPair ? '<th scope="col" class="number">change</th>' : ""}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table>
</section>`;
}

function legend(className: string, text: string): string {
  return `<span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="${className}" width="8" height="8"></rect></svg> ${text}</span>`;
}

function bars(values: readonly (number | undefined)[]): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const rects = values.map((value, index) => {
    const width = (((value ?? 0) / most) * barWidth).toFixed(1);
    return `<rect class="${index === 0 ? "before" : "after"}" y="${String(index * 10)}" width="${width}" height="9"></rect>`;
  });
  return `<svg viewBox="0 0 ${String(barWidth)} 20" preserveAspectRatio="none" aria-hidden="true">${rects.join("")}</svg>`;
}

function scoreSection(audits: readonly Audit[]): string {
  const all = audits.map(termsOf);
  const rows = (all[0] ?? []).map(({ title }, index) => {
    const cells = all.map((terms) => {
      const term = terms[index];
      return `<td class="number">${(term?.points ?? 0).toFixed(1)}</td><td>${escapeHtml(term?.sum ?? "")}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(title)}</th>${cells.join("")}</tr>`;
  });
  const totals = audits
    .map(({ score }) => `<td class="number">${score.total.toFixed(1)}</td><td>the sum</td>`)
    .join("");
  const columns = audits
    .map(({ name }) => `<th scope="col" class="number">${escapeHtml(name)}</th><th scope="col">how it is counted</th>`)
    .join("");
  return `<section aria-labelledby="score">
<h2 id="score">Score</h2>
<table><thead><tr><th scope="col">term</th>${columns}</tr></thead>
<tbody>${rows.join("\n")}
<tr><th scope="row">score</th>${totals}</tr></tbody></table>
</section>`;
}

const shownPaths = 40;

function programsSection(audits: readonly Audit[]): string {
  const rows = capabilities.map(({ name, title }) => {
    const cells = audits.map(({ score }) => {
      const one = score.found.find(({ capability }) => capability === name);
      if (one === undefined) return "<td>none</td>";
      const note = one.isRequired ? ", what the image starts" : "";
      return `<td>${listOf(one.paths, `${String(one.paths.length)}${note}`)}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(title)}</td>${cells.join("")}</tr>`;
  });
  const others = [
    ["setuid and setgid files", audits.map(({ setuid }) => setuid)],
    ["files with file capabilities", audits.map(({ fileCapabilities }) => fileCapabilities ?? [])],
    ["paths that anybody may write", audits.map(({ worldWritable }) => worldWritable)],
    ["files with secrets", audits.map(({ secrets }) => secrets.map(({ path, what }) => `${path}: ${what}`))],
    ["device nodes", audits.map(({ devices }) => devices)],
  ] as const;
  const traits = others.map(([title, lists]) => {
    const cells = lists.map((paths) =>
      paths.length === 0 ? "<td>none</td>" : `<td>${listOf(paths, String(paths.length))}</td>`,
    );
    return `<tr><th scope="row" colspan="2">${title}</th>${cells.join("")}</tr>`;
  });
  const columns = audits.map(({ name }) => `<th scope="col">${escapeHtml(name)}</th>`).join("");
  return `<section aria-labelledby="programs">
<h2 id="programs">What an attacker could use</h2>
<table><thead><tr><th scope="col">kind</th><th scope="col">what it is</th>${columns}</tr></thead>
<tbody>${[...rows, ...traits].join("\n")}</tbody></table>
</section>`;
}

function listOf(paths: readonly string[], summary: string): string {
  const lines = paths.slice(0, shownPaths).map((path) => `<li class="path">${escapeHtml(path)}</li>`);
  const rest = paths.length - lines.length;
  const more = rest > 0 ? `<li>and ${rest.toLocaleString("en-US")} more</li>` : "";
  return `<details><summary>${escapeHtml(summary)}</summary><ul>${lines.join("")}${more}</ul></details>`;
}

function mapsSection(audits: readonly Audit[]): string {
  const maps = audits.map(
    (audit) => `<div><h3>${escapeHtml(audit.name)}: ${showBytes(audit.figures.bytes)}</h3>${drawMap(audit)}</div>`,
  );
  return `<section aria-labelledby="bytes">
<h2 id="bytes">Bytes by package</h2>
<p>Red has programs of use to an attacker (marked with !), blue is another package, grey are files of no package, by their directory.
A click, or Enter, lists the files below; arrow keys go from one to the next.</p>
<div class="maps">${maps.join("\n")}</div>
</section>`;
}

function filesSection(
  audits: readonly Audit[],
  { hasReasons, left }: { readonly hasReasons: boolean; readonly left: number },
): string {
  const isPair = audits.length === 2;
  const place = isPair
    ? `<label>Where <select id="place"><option value="">anywhere</option><option value="0">in both</option><option value="1">only before</option><option value="2">only after</option></select></label>`
    : "";
  const note = left > 0 ? `<p>${left.toLocaleString("en-US")} more files have no room on this page.</p>` : "";
  const columns = [
    '<th scope="col">path</th><th scope="col" class="number">size</th><th scope="col">mode</th><th scope="col">owner</th><th scope="col">what it is</th>',
    hasReasons ? '<th scope="col">why it is there</th>' : "",
    isPair ? '<th scope="col">where</th>' : "",
  ];
  return `<section aria-labelledby="files">
<h2 id="files" tabindex="-1">Files</h2>
<div class="controls"><label>Search <input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="shell, /usr/bin, setuid, package:dpkg:libc6"></label>
${place}</div>
<p id="count" role="status">The search needs JavaScript.</p>${note}
<div class="files" role="region" aria-label="Files found" tabindex="0"><table><thead><tr>${columns.join("")}</tr></thead><tbody id="rows"></tbody></table></div>
<p><button id="more" type="button" hidden>Show more</button></p>
</section>`;
}
