import { escapeText, shorten } from "../../diagnostics/escape.ts";
import { capabilities } from "../policy/capabilities.ts";
import { type ComparedFigure, type ComparedImage, compareImages, programsOf } from "./comparison.ts";
import { escapeJson } from "./report-json.ts";
import { showFigure } from "./statistics.ts";
import { textTable } from "./text-table.ts";

/** The forms of a comparison. */
export const comparisonFormats = ["text", "json", "csv", "markdown"] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

/** Names of a list that are shown to people. */
const shown = 12;

/** Prints a comparison. The same images give the same bytes. */
export function printComparison(images: readonly ComparedImage[], format: ComparisonFormat): string {
  return printers[format](images, compareImages(images));
}

type Print = (images: readonly ComparedImage[], figures: readonly ComparedFigure[]) => string;

const printers: Readonly<Record<ComparisonFormat, Print>> = {
  text: printText,
  json: printJson,
  csv: printCsv,
  markdown: printMarkdown,
};

function printText(images: readonly ComparedImage[], figures: readonly ComparedFigure[]): string {
  const names = images.map(({ name }) => shorten(escapeText(name), 30));
  const rows = figures.map((figure) => [titleOf(figure), ...cellsOf(figure)]);
  const lists = listsOf(images).map(
    ({ title, names: found }) =>
      `${title}\n${found.map((text, index) => `  ${names[index] ?? ""}: ${escapeText(text)}\n`).join("")}`,
  );
  return [textTable([["", ...names], ...rows]), ...lists].join("\n");
}

function printMarkdown(images: readonly ComparedImage[], figures: readonly ComparedFigure[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(markdownCell).join(" | ")} |\n`;
  const head = row(["", ...images.map(({ name }) => name)]);
  const line = `| --- |${" ---: |".repeat(images.length)}\n`;
  const body = figures.map((figure) => row([figure.isPart ? `- ${figure.title}` : figure.title, ...cellsOf(figure)]));
  const lists = listsOf(images).map(({ title, names }) => row([title, ...names]));
  return [head, line, ...body, ...lists].join("");
}

/** Markup of a name would be the page's. */
function markdownCell(text: string): string {
  return escapeText(text).replaceAll(/[\\`*_[\]<>|&]/gu, (sign) => `\\${sign}`);
}

/** RFC 4180, a line for each figure. Numbers are not rounded. */
function printCsv(images: readonly ComparedImage[], figures: readonly ComparedFigure[]): string {
  const line = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;
  const rows = figures.map(({ key, values }) => line([key, ...values.map((value) => String(value ?? ""))]));
  return [line(["figure", ...images.map(({ name }) => name)]), ...rows].join("");
}

/** A cell that begins as a formula would be one in a spreadsheet. */
function csvCell(text: string): string {
  const plain = /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function printJson(images: readonly ComparedImage[], figures: readonly ComparedFigure[]): string {
  const described = images.map(({ name, audit }, index) => ({
    name,
    figures: Object.fromEntries(figures.map(({ key, values }) => [key, values[index] ?? null])),
    programs: Object.fromEntries(capabilities.map((one) => [one.name, programsOf(audit, one.name)])),
    setuid: audit.setuid,
    packages: audit.packages.map(({ purl }) => purl).sort(),
    ...(audit.vulnerabilities === undefined ? {} : { vulnerabilities: audit.vulnerabilities }),
  }));
  return `${escapeJson(JSON.stringify({ version: 1, images: described }, undefined, 2))}\n`;
}

function titleOf({ title, isPart }: ComparedFigure): string {
  return isPart ? `  ${title}` : title;
}

function cellsOf({ values, unit }: ComparedFigure): readonly string[] {
  return values.map((value) => (value === undefined ? "-" : showFigure(value, unit)));
}

/** What is named one by one: shells, package managers and setuid files. */
function listsOf(
  images: readonly ComparedImage[],
): readonly { readonly title: string; readonly names: readonly string[] }[] {
  const lists = [
    { title: "shells", names: images.map(({ audit }) => join(programsOf(audit, "shell"))) },
    { title: "package managers", names: images.map(({ audit }) => join(programsOf(audit, "package-manager"))) },
    { title: "setuid and setgid", names: images.map(({ audit }) => join(audit.setuid)) },
  ];
  return lists.filter(({ names }) => names.some((text) => text !== none));
}

const none = "none";

function join(names: readonly string[]): string {
  if (names.length === 0) return none;
  const more = names.length > shown ? ` and ${String(names.length - shown)} more` : "";
  return `${names.slice(0, shown).join(", ")}${more}`;
}
