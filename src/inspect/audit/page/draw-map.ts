import { escapeText, shorten } from "../../../diagnostics/escape.ts";
import { groupDigits } from "../../../diagnostics/numbers.ts";
import type { Audit } from "../audit.ts";
import { type FileGroup, groupFiles } from "../groups.ts";
import { packageTitle } from "../package-title.ts";
import { showBytes } from "../statistics.ts";
import { escapeHtml } from "./markup.ts";
import { type Cell, layOut } from "./treemap.ts";

const width = 1100;
const height = 330;
/** Smaller ones are summed up in one. */
const cellLimit = 48;
const letterWidth = 7.6;

/** A treemap of the bytes of a tree by package, as SVG; its cells are buttons. */
export function drawMap(audit: Audit): string {
  const groups = groupFiles(audit).filter(({ bytes }) => bytes > 0);
  // Programs of use to an attacker are marked however small they are; what is summed up has none.
  const marked = groups.filter(isSharp).slice(0, cellLimit / 2);
  const shown = groups.filter((group) => !isSharp(group)).slice(0, cellLimit - marked.length);
  const others = groups.filter((group) => !marked.includes(group) && !shown.includes(group));
  const rest = [others.filter(isSharp), others.filter((group) => !isSharp(group))].filter((one) => one.length > 0);
  const cells = layOut(
    [...marked, ...shown, ...rest.map(sumUp)].toSorted((a, b) => b.bytes - a.bytes),
    {
      weigh: ({ bytes }) => bytes,
      width,
      height,
    },
  );
  const label = `Bytes by package in ${audit.name}`;
  return `<svg class="map" viewBox="0 0 ${String(width)} ${String(height)}" role="group" aria-label="${escapeHtml(label)}">
${cells.map((cell, index) => drawCell(cell, index === 0)).join("\n")}
<g aria-hidden="true">${cells.map(drawWords).join("")}</g>
</svg>`;
}

function sumUp(groups: readonly FileGroup[]): FileGroup {
  return {
    label: `${String(groups.length)} smaller ones`,
    isOwned: false,
    files: groups.reduce((sum, { files }) => sum + files, 0),
    bytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
    capabilities: [...new Set(groups.flatMap(({ capabilities }) => capabilities))].sort(),
  };
}

function drawCell({ value, x, y, width: wide, height: high }: Cell<FileGroup>, isFirst: boolean): string {
  const { isOwned } = value;
  const label = escapeText(value.label);
  const words = escapeHtml(describe(value));
  const search = escapeHtml(isOwned ? `package:${label}` : label.startsWith("/") ? label : "");
  const kind = isSharp(value) ? "sharp" : isOwned ? "plain" : "loose";
  const rect = `<rect x="${fix(x)}" y="${fix(y)}" width="${fix(wide)}" height="${fix(high)}"></rect>`;
  return `<g class="${kind}" role="button" tabindex="${isFirst ? "0" : "-1"}" aria-label="${words}" data-search="${search}"><title>${words}</title>${rect}</g>`;
}

/** The words in a cell, as far as they have room; readers for the blind have the whole in the cell itself. */
function drawWords({ value, x, y, width: wide, height: high }: Cell<FileGroup>): string {
  const letters = Math.floor((wide - 10) / letterWidth);
  if (letters < 3 || high < 20) return "";
  const name = value.isOwned ? packageTitle(value.label) : value.label;
  const lines = [
    shorten(`${isSharp(value) ? "! " : ""}${escapeText(name)}`, letters),
    ...(high < 40 ? [] : [showBytes(value.bytes)]),
  ];
  return lines
    .filter((line) => line.length <= letters)
    .map((line, index) => {
      const kind = index === 0 ? ' class="name"' : "";
      return `<text${kind} x="${fix(x + 6)}" y="${fix(y + 17 + index * 17)}">${escapeHtml(line)}</text>`;
    })
    .join("");
}

function describe({ label, isOwned, files, bytes, capabilities }: FileGroup): string {
  const count = files === 1 ? "1 file" : `${groupDigits(files)} files`;
  const note = capabilities.length === 0 ? "" : `, with ${capabilities.join(", ")}`;
  return `${isOwned ? packageTitle(label) : label}: ${showBytes(bytes)} in ${count}${note}`;
}

function isSharp({ capabilities }: FileGroup): boolean {
  return capabilities.length > 0;
}

/** Fixed digits, so that every machine writes the same. */
function fix(number: number): string {
  return number.toFixed(1);
}
