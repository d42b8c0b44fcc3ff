import { escapeText, shorten } from "../../diagnostics/escape.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import type { ManifestPolicy } from "../manifest/manifest.ts";
import { capabilities } from "../policy/capabilities.ts";
import type { Audit } from "./audit.ts";
import { figuresOf, showBytes, showChange, showFigure, termsOf } from "./statistics.ts";
import { textTable } from "./text-table.ts";
import { vulnerabilityNote } from "./vulnerability-note.ts";

/** Paths and packages of a list that are shown. */
const shown = 10;

/** The report as text, for one tree or for two beside each other, the former first. */
export function printText(audits: readonly Audit[]): string {
  const names = audits.map(({ name }) => shorten(escapeText(name), 40));
  const parts = [
    `${names.join(" and ")}: attack surface\n`,
    textTable([
      ["", ...names, ...(audits.length === 2 ? ["change"] : [])],
      ...figuresOf(audits).map(({ title, unit, read }) => {
        const values = audits.map(read);
        const change = audits.length === 2 ? [showChange(values[0], values[1])] : [];
        return [title, ...values.map((value) => showFigure(value, unit)), ...change];
      }),
    ]),
    ...audits.map((audit) => printTree(audit)),
    "The score's formula is in docs/guides/audit.md. Lower is better. One static program alone scores 3.\n",
  ];
  return parts.join("\n");
}

function printTree(audit: Audit): string {
  const { score, packages } = audit;
  const terms = termsOf(audit).map(({ title, points, sum }) => [`  ${title}`, points.toFixed(1), ` ${sum}`]);
  const found = capabilities.flatMap(({ name, title }) => {
    const one = score.found.find(({ capability }) => capability === name);
    if (one === undefined) return [];
    const note = one.isRequired ? " (what the image starts)" : "";
    return [`  ${name}: ${title}${note}\n${listed(one.paths, (path) => path)}`];
  });
  const owned = packages.filter(({ bytes }) => bytes > 0);
  return [
    `${escapeText(audit.name)}\n${"-".repeat(Math.min(100, escapeText(audit.name).length))}\n`,
    `score ${score.total.toFixed(1)}\n${textTable(terms)}`,
    ...(found.length === 0 ? [] : [`programs of use to an attacker\n${found.join("")}`]),
    section("setuid and setgid files", audit.setuid),
    section("files with file capabilities", audit.fileCapabilities ?? []),
    section("paths that anybody may write", audit.worldWritable),
    section(
      "files with secrets",
      audit.secrets.map(({ path, what }) => `${path}: ${what}`),
    ),
    section("device nodes", audit.devices),
    section(
      "vulnerabilities of the list",
      (audit.vulnerabilities?.found ?? []).map(
        (one) => `${one.id}: ${one.packages.join(", ")}${vulnerabilityNote(one)}`,
      ),
    ),
    audit.policy === undefined ? "" : printPolicy(audit.policy),
    owned.length === 0
      ? ""
      : `largest packages\n${listed(owned, ({ id, version, files, bytes }) => `${id} ${version}: ${showBytes(bytes)} in ${files === 1 ? "1 file" : `${groupDigits(files)} files`}`)}`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function printPolicy({ forbid, allow, limits, licenses }: ManifestPolicy): string {
  const lines = [
    `refuses ${forbid.length === 0 ? "no kind of file" : forbid.join(", ")}`,
    ...(licenses === undefined ? [] : [`refuses the licences ${licenses.forbid.join(", ")}`]),
    ...printExceptions(licenses),
    ...limits.map(({ figure, limit, actual }) => `${figure}: ${groupDigits(actual)} of at most ${groupDigits(limit)}`),
    ...allow.map(({ kind, path, because, used }) => {
      const what = [kind ?? "anything", ...(path === undefined ? [] : [`at ${path}`])].join(" ");
      const needed = used.length === 0 ? "nothing needs it" : `for ${used.join(", ")}`;
      return `allows ${what} because ${because ?? "of no stated reason"}: ${needed}`;
    }),
  ];
  return `policy of the spec, which holds\n${lines.map((line) => `    ${escapeText(line)}\n`).join("")}`;
}

/** The exceptions from forbidden licences, each with what needed it. */
function printExceptions(licenses: ManifestPolicy["licenses"]): readonly string[] {
  return (licenses?.allow ?? []).map(({ package: name, path, license, because, used }) => {
    const what = [license ?? "any licence", ...(name === undefined ? [] : [`of ${name}`])];
    const where = path === undefined ? [] : [`at ${path}`];
    const needed = used.length === 0 ? "nothing needs it" : `for ${used.join(", ")}`;
    return `allows ${[...what, ...where].join(" ")} because ${because ?? "of no stated reason"}: ${needed}`;
  });
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${title}\n${listed(lines, (line) => line)}`;
}

function listed<T>(values: readonly T[], toLine: (value: T) => string): string {
  const lines = values.slice(0, shown).map((value) => `    ${escapeText(toLine(value))}\n`);
  const rest = values.length - lines.length;
  return lines.join("") + (rest > 0 ? `    and ${groupDigits(rest)} more\n` : "");
}
