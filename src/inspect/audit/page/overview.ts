import type { Audit } from "../audit.ts";
import { type Figure, figuresOf, showChange, showFigure, type Term, termsOf } from "../statistics.ts";
import { escapeHtml } from "./markup.ts";
import { scoreRuler } from "./ruler.ts";

/** Figures that are worth a card of their own, in their order. */
const cardKeys = [
  "bytes",
  "files",
  "packages",
  "executables",
  "listedPrograms",
  "libraries",
  "setuid",
  "vulnerabilities",
];

/** The score with what it is made of, and the most telling figures as cards. */
export function overviewSection(audits: readonly Audit[]): string {
  const cards = cardKeys.flatMap((key) => figuresOf(audits).filter((figure) => figure.key === key));
  return `<section aria-labelledby="overview">
<h2 id="overview" class="hidden">Overview</h2>
${scoreCard(audits)}
<div class="cards">${cards.map((figure) => card(audits, figure)).join("\n")}</div>
</section>`;
}

function scoreCard(audits: readonly Audit[]): string {
  const most = Math.max(1, ...audits.map(({ score }) => score.total));
  const terms = audits.map(termsOf);
  const legend = (terms[0] ?? []).flatMap(({ title }, index) => {
    if (terms.every((one) => (one[index]?.points ?? 0) === 0)) return [];
    return [
      `<li><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="t${String(index)}" width="8" height="8" rx="2"></rect></svg> ${escapeHtml(title)}</li>`,
    ];
  });
  const rows = audits.map((audit, index) => {
    const total = audit.score.total.toFixed(1);
    return `<div class="tally"><p class="tally-name">${escapeHtml(audit.name)}</p><p class="tally-number">${total}</p>${stack(terms[index] ?? [], most)}</div>`;
  });
  const [before, after] = audits.map(({ score }) => score.total);
  const change = audits.length === 2 ? chip(before, after) : "";
  return `<div class="panel score"><div class="score-head"><h3>Attack-surface score</h3>${change}</div>
${scoreRuler(audits)}
<details><summary>What the score is made of</summary>
${rows.join("\n")}
<ul class="legend">${legend.join("")}</ul></details></div>`;
}

const stackWidth = 1000;

/** A bar of the score's terms, to the scale of the larger score. */
function stack(terms: readonly Term[], most: number): string {
  let x = 0;
  const parts = terms.map(({ points }, index) => {
    const width = (points / most) * stackWidth;
    const rect = `<rect class="t${String(index)}" x="${x.toFixed(1)}" width="${Math.max(0, width - 2).toFixed(1)}" height="22"></rect>`;
    x += width;
    return points === 0 ? "" : rect;
  });
  return `<svg class="stack" viewBox="0 0 ${String(stackWidth)} 22" preserveAspectRatio="none" aria-hidden="true">${parts.join("")}</svg>`;
}

function card(audits: readonly Audit[], { title, unit, read }: Figure): string {
  const values = audits.map(read);
  const last = values.at(-1);
  const isPair = audits.length === 2;
  const was = isPair ? `<p class="was">was ${showFigure(values[0], unit)}</p>` : "";
  const now = `<div class="row"><p class="big">${showFigure(last, unit)}</p>${isPair ? chip(values[0], last) : ""}</div>`;
  return `<div class="panel card"><h3>${escapeHtml(title)}</h3>${now}${was}${isPair ? bars(values) : ""}</div>`;
}

/** The figures of two trees as bars to one scale, of one as a list. */
export function figuresSection(audits: readonly Audit[]): string {
  const isPair = audits.length === 2;
  const rows = figuresOf(audits).map(({ title, unit, read }) => {
    const values = audits.map(read);
    const cells = values.map((value) => `<td class="number">${showFigure(value, unit)}</td>`).join("");
    const more = isPair
      ? [`<td class="bars">${bars(values)}</td>`, `<td class="number">${chip(values[0], values[1])}</td>`]
      : ["", ""];
    return `<tr><th scope="row">${escapeHtml(title)}</th>${more[0] ?? ""}${cells}${more[1] ?? ""}</tr>`;
  });
  const columns = audits.map(({ name }) => `<th scope="col" class="number">${escapeHtml(name)}</th>`).join("");
  const key = isPair ? `<p>${legend("before", "before")}${legend("after", "after")}</p>` : "";
  return `<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
${key}<div class="panel table" role="region" aria-label="Table of figures" tabindex="0"><table><thead><tr><th scope="col">figure</th>${isPair ? '<th scope="col" class="bars">beside each other</th>' : ""}${columns}${isPair ? '<th scope="col" class="number">change</th>' : ""}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table></div>
</section>`;
}

function legend(className: string, text: string): string {
  return `<span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="${className}" width="8" height="8" rx="2"></rect></svg> ${text}</span>`;
}

const barWidth = 200;

function bars(values: readonly (number | undefined)[]): string {
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const rects = values.map((value, index) => {
    // Every entry is seen, however little.
    const width = (value ?? 0) === 0 ? 0 : Math.max(2, ((value ?? 0) / most) * barWidth);
    return `<rect class="${index === 0 ? "before" : "after"}" y="${String(index * 9)}" width="${width.toFixed(1)}" height="7" rx="1.5"></rect>`;
  });
  return `<svg class="pair" viewBox="0 0 ${String(barWidth)} 16" preserveAspectRatio="none" aria-hidden="true">${rects.join("")}</svg>`;
}

function chip(before: number | undefined, after: number | undefined): string {
  const text = showChange(before, after);
  if (text === "") return "";
  const kind = text === "same" ? "" : (after ?? 0) > (before ?? 0) ? " bad" : " good";
  return `<span class="chip${kind}">${text.replace("-", "\u2212")}</span>`;
}
