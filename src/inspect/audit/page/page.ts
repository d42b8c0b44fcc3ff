import { createHash } from "node:crypto";
import { groupDigits } from "../../../diagnostics/numbers.ts";
import type { Audit } from "../audit.ts";
import { showBytes } from "../statistics.ts";
import { leftSection, stepsSection } from "./left-over.ts";
import { escapeHtml, toScriptJson } from "./markup.ts";
import { figuresSection, overviewSection } from "./overview.ts";
import { tableOf } from "./rows.ts";
import { pageScript } from "./script.ts";
import { evidenceSection, mapsSection, policySection, scoreSection, vulnerabilitiesSection } from "./sections.ts";
import { pageStyle } from "./style.ts";
import { standingOf, verdictOf } from "./verdict.ts";

/**
 * The report as one HTML page, for one tree or for several, the one that is judged last. It holds everything that it
 * needs, and its policy lets a browser load and run nothing else.
 */
export function printPage(audits: readonly Audit[]): string {
  const title = `Attack surface of ${audits.map(({ name }) => name).join(" and ")}`;
  const table = tableOf(audits);
  const hasReasons = table.rows.some(([, , , , , reasons]) => reasons.length > 0);
  const sections = sectionsOf(audits, { hasReasons, left: table.left });
  const last = audits.at(-1);
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
<p class="mark">Pith</p>
<h1>${heading(audits)}</h1>
${audits.map((audit, index) => identityLine(audit, roleOf(audits, index))).join("\n")}
<p class="verdict ${last === undefined ? "good" : standingOf(last)}">${escapeHtml(verdictOf(audits))}</p>
<p class="lead">${escapeHtml(leadOf(audits))}</p>
<nav aria-label="Sections"><ul>${sections.map(([id, name]) => `<li><a href="#${id}">${name}</a></li>`).join("")}</ul></nav>
</header>
<main>
${sections.map(([, , markup]) => markup).join("\n")}
</main>
<footer><p>Lower is better. One static program alone scores 3. The formula is in docs/guides/audit.md of Pith.</p></footer>
<script type="application/json" id="data">${toScriptJson({ texts: table.texts, rows: table.rows })}</script>
<script>${pageScript}</script>
</body>
</html>
`;
}

type Section = readonly [id: string, name: string, markup: string];

function sectionsOf(
  audits: readonly Audit[],
  files: { readonly hasReasons: boolean; readonly left: number },
): readonly Section[] {
  const all: readonly Section[] = [
    ["overview", "Overview", overviewSection(audits)],
    ["left", "What is left", leftSection(audits)],
    ["next", "Next steps", stepsSection(audits)],
    ["bytes", "Bytes", mapsSection(audits)],
    ["figures", "Figures", figuresSection(audits)],
    ["score", "Score", scoreSection(audits)],
    ["vulnerabilities", "Vulnerabilities", vulnerabilitiesSection(audits)],
    ["policy", "Policy", policySection(audits)],
    ["files", "Files", filesSection(audits, files)],
    ["evidence", "Evidence", evidenceSection(audits)],
  ];
  return all.filter(([, , markup]) => markup !== "");
}

function heading(audits: readonly Audit[]): string {
  const names = audits.map(({ name }) => `<span class="name">${escapeHtml(name)}</span>`);
  return `<span class="hidden">Attack surface of </span>${names.join(' <span class="arrow" aria-hidden="true">\u2192</span><span class="hidden"> and </span> ')}`;
}

function roleOf(audits: readonly Audit[], index: number): string {
  if (audits.length < 2) return "";
  if (audits.length > 2) return `${String(index + 1)}.`;
  return index === 0 ? "before" : "after";
}

/** The digest, the date and the spec of an image, as far as they are known. */
function identityLine({ name, identity, files }: Audit, role: string): string {
  const spec = specOf(files);
  const facts = [
    ...(identity === undefined ? [] : [`image ID <code>${escapeHtml(identity.digest.slice(0, 19))}</code>`]),
    ...(identity?.created === undefined ? [] : [dateOf(identity.created)]),
    ...(spec === undefined ? [] : [`from <code>${escapeHtml(spec)}</code>`]),
  ];
  if (facts.length === 0) return "";
  const title = identity === undefined ? "" : ` title="${escapeHtml(identity.digest)}"`;
  const label = role === "" ? "" : `<span class="whose">${role}</span> <strong>${escapeHtml(name)}</strong> `;
  return `<p class="identity"${title}>${label}${facts.join(" \u00b7 ")}</p>`;
}

/** Images that are the same everywhere have a date that says nothing of when they were made. */
function dateOf(created: string): string {
  const day = created.slice(0, 10);
  return day <= "1980-01-01" ? `dated ${escapeHtml(day)}, the same at every build` : `made on ${escapeHtml(day)}`;
}

/** The file of the spec, which reasons begin with: `pith.yaml:5`. */
function specOf(files: Audit["files"]): string | undefined {
  for (const { reasons } of files) {
    for (const reason of reasons) {
      const file = /(?:^|\s)([\w./-]+\.ya?ml):\d+/u.exec(reason)?.[1];
      if (file !== undefined) return file;
    }
  }
  return undefined;
}

/** The figures in one sentence. */
function leadOf(audits: readonly Audit[]): string {
  const [before] = audits;
  if (before === undefined) return "";
  const after = audits.length > 1 ? audits.at(-1) : undefined;
  const one = after ?? before;
  const count = (number: number, noun: string): string => `${groupDigits(number)} ${noun}${number === 1 ? "" : "s"}`;
  const { figures, score } = one;
  const text = `${showBytes(figures.bytes)} in ${count(figures.files, "file")}, ${count(score.counts.executables, "executable")}, ${count(score.counts.listedPrograms, "program")} of use`;
  if (after === undefined) return `${text}.`;
  const was = before.figures;
  return `${text}; before it was ${showBytes(was.bytes)} in ${count(was.files, "file")}, ${count(before.score.counts.executables, "executable")}, ${count(before.score.counts.listedPrograms, "program")} of use.`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function filesSection(
  audits: readonly Audit[],
  { hasReasons, left }: { readonly hasReasons: boolean; readonly left: number },
): string {
  const isPair = audits.length > 1;
  const location = isPair
    ? `<label>Where <select id="place"><option value="now">in the image</option><option value="">anywhere</option><option value="0">in both</option><option value="1">only before</option><option value="2">only after</option></select></label>`
    : "";
  const note = left > 0 ? `<p>${groupDigits(left)} more files have no room on this page.</p>` : "";
  const columns = [
    sortable("path", "path", { isFirst: true }),
    sortable("size", "size", { className: "number" }),
    sortable("mode", "mode", {}),
    sortable("owner", "owner", {}),
    sortable("notes", "what it is", {}),
    hasReasons ? '<th scope="col">why it is there</th>' : "",
    isPair ? '<th scope="col">where</th>' : "",
  ];
  return `<section aria-labelledby="files">
<h2 id="files" tabindex="-1">Files</h2>
<div class="controls"><label>Search <input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="shell, /usr/bin, setuid, package:dpkg:libc6"></label>
${location}</div>
<p id="count" role="status">The search needs JavaScript.</p>${note}
<div class="panel files" role="region" aria-label="Files found" tabindex="0"><table id="table"><thead><tr>${columns.join("")}</tr></thead><tbody id="rows"></tbody></table></div>
<p><button id="more" type="button" hidden>Show more</button></p>
</section>`;
}

/** A head of a column whose button sorts the table. */
function sortable(
  key: string,
  text: string,
  { className, isFirst }: { readonly className?: string; readonly isFirst?: boolean },
): string {
  const kind = className === undefined ? "" : ` class="${className}"`;
  return `<th scope="col"${kind} aria-sort="${isFirst === true ? "ascending" : "none"}"><button type="button" class="sort" data-sort="${key}">${text}</button></th>`;
}
