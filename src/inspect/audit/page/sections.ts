import { groupDigits } from "../../../diagnostics/numbers.ts";
import { capabilities } from "../../policy/capabilities.ts";
import type { Audit } from "../audit.ts";
import { showBytes, termsOf } from "../statistics.ts";
import { vulnerabilityNote } from "../vulnerability-note.ts";
import { drawMap } from "./draw-map.ts";
import { escapeHtml } from "./markup.ts";

const shownPaths = 40;

/** Programs by what they are good for, and what else helps an attacker. */
export function programsSection(audits: readonly Audit[]): string {
  const tiles = capabilities.map(({ name, title, weight }) => {
    const lists = audits.map(({ score }) => score.found.find(({ capability }) => capability === name));
    return tile({
      title: name,
      what: title,
      note: weight === 0 ? "no points" : `${String(weight)} points`,
      cells: lists.map((one) => ({
        paths: one?.paths ?? [],
        note: one?.isRequired === true ? "the image's own program" : "",
      })),
      audits,
    });
  });
  const others = [
    ["setuid", "setuid and setgid files", audits.map(({ setuid }) => setuid)],
    ["file capabilities", "files with file capabilities", audits.map(({ fileCapabilities }) => fileCapabilities ?? [])],
    ["world-writable", "paths that anybody may write", audits.map(({ worldWritable }) => worldWritable)],
    ["secrets", "files with secrets", audits.map(({ secrets }) => secrets.map(({ path, what }) => `${path}: ${what}`))],
    ["devices", "device nodes", audits.map(({ devices }) => devices)],
  ] as const;
  const traits = others.map(([title, what, lists]) =>
    tile({ title, what, note: "", cells: lists.map((paths) => ({ paths, note: "" })), audits }),
  );
  return `<section aria-labelledby="programs">
<h2 id="programs">What an attacker could use</h2>
<p>Programs are known by their bytes, so that another name hides none.</p>
<div class="tiles">${[...tiles, ...traits].join("\n")}</div>
</section>`;
}

interface Tile {
  readonly title: string;
  readonly what: string;
  readonly note: string;
  readonly cells: readonly { readonly paths: readonly string[]; readonly note: string }[];
  readonly audits: readonly Audit[];
}

function tile({ title, what, note, cells, audits }: Tile): string {
  const last = cells.at(-1);
  const state = last === undefined || last.paths.length === 0 ? "none" : last.note === "" ? "some" : "own";
  const lists = cells.map(({ paths, note: about }, index) => {
    const name = audits.length === 1 ? "" : `<span class="whose">${index === 0 ? "before" : "after"}</span> `;
    const count = paths.length === 0 ? `<p>${name}none</p>` : listOf(paths, `${name}${groupDigits(paths.length)}`);
    return about === "" ? count : `${count}<p class="own-note">${about}</p>`;
  });
  return `<div class="panel tile ${state}"><h3>${escapeHtml(title)}<span class="points">${note}</span></h3><p class="what">${escapeHtml(what)}</p>${lists.join("")}</div>`;
}

/** `summary` is markup. */
function listOf(paths: readonly string[], summary: string): string {
  const lines = paths.slice(0, shownPaths).map((path) => `<li class="path">${escapeHtml(path)}</li>`);
  const rest = paths.length - lines.length;
  const more = rest > 0 ? `<li>and ${groupDigits(rest)} more</li>` : "";
  return `<details><summary>${summary}</summary><ul>${lines.join("")}${more}</ul></details>`;
}

/** A treemap of each tree, and how large it is beside the other. */
export function mapsSection(audits: readonly Audit[]): string {
  const most = Math.max(1, ...audits.map(({ figures }) => figures.bytes));
  const maps = audits.map((audit, index) => {
    const width = ((audit.figures.bytes / most) * 1000).toFixed(1);
    const bar = `<svg class="whole" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true"><rect class="${audits.length === 2 && index === 0 ? "before" : "after"}" width="${width}" height="6"></rect></svg>`;
    return `<div class="panel"><h3>${escapeHtml(audit.name)} <span class="soft">${showBytes(audit.figures.bytes)}</span></h3>${audits.length === 2 ? bar : ""}${drawMap(audit)}</div>`;
  });
  return `<section aria-labelledby="bytes">
<h2 id="bytes">Bytes by package</h2>
<p><span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="sharp" width="8" height="8" rx="2"></rect></svg> has programs of use to an attacker (!)</span>
<span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="plain" width="8" height="8" rx="2"></rect></svg> another package</span>
<span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="loose" width="8" height="8" rx="2"></rect></svg> files of no package, by directory</span></p>
<p>A click, or Enter, lists the files below; arrow keys go from one to the next.</p>
<div class="maps">${maps.join("\n")}</div>
</section>`;
}

/** The score term by term, each with its sum. */
export function scoreSection(audits: readonly Audit[]): string {
  const all = audits.map(termsOf);
  const rows = (all[0] ?? []).map(({ title }, index) => {
    const cells = all.map((terms) => {
      const term = terms[index];
      return `<td class="number">${(term?.points ?? 0).toFixed(1)}</td><td class="sum">${escapeHtml(term?.sum ?? "")}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(title)}</th>${cells.join("")}</tr>`;
  });
  const totals = audits
    .map(({ score }) => `<td class="number">${score.total.toFixed(1)}</td><td class="sum">the sum</td>`)
    .join("");
  const columns = audits
    .map(({ name }) => `<th scope="col" class="number">${escapeHtml(name)}</th><th scope="col">how it is counted</th>`)
    .join("");
  return `<section aria-labelledby="score">
<h2 id="score">How the score is counted</h2>
<div class="panel table" role="region" aria-label="Table of terms" tabindex="0"><table><thead><tr><th scope="col">term</th>${columns}</tr></thead>
<tbody>${rows.join("\n")}</tbody>
<tfoot><tr><th scope="row">score</th>${totals}</tr></tfoot></table></div>
</section>`;
}

const shownVulnerabilities = 500;

/** The vulnerabilities of the packages; empty where no list was given. */
export function vulnerabilitiesSection(audits: readonly Audit[]): string {
  const lists = audits.map(({ vulnerabilities }) => vulnerabilities);
  const [list] = lists.flatMap((one) => one ?? []);
  if (list === undefined) return "";
  const ids = [...new Set(lists.flatMap((one) => one?.found.map(({ id }) => id) ?? []))].sort();
  const last = new Set(lists.at(-1)?.found.map(({ id }) => id));
  // Known values come first.
  const ordered = [...ids.filter((id) => last.has(id)), ...ids.filter((id) => !last.has(id))];
  const rows = ordered.slice(0, shownVulnerabilities).map((id) => {
    const cells = lists.map((one) => {
      const found = one?.found.find((each) => each.id === id);
      if (found === undefined) return "<td>none</td>";
      return `<td class="path">${escapeHtml(found.packages.join(", "))}${vulnerabilityNote(found)}</td>`;
    });
    return `<tr><th scope="row">${escapeHtml(id)}</th>${cells.join("")}</tr>`;
  });
  const rest = ordered.length - rows.length;
  const columns = audits.map(({ name }) => `<th scope="col">packages of ${escapeHtml(name)}</th>`).join("");
  const counts = audits.map(({ name, vulnerabilities }) => `${name} ${String(vulnerabilities?.found.length ?? 0)}`);
  const table =
    rows.length === 0
      ? ""
      : `<div class="panel table tall" role="region" aria-label="Table of vulnerabilities" tabindex="0"><table><thead><tr><th scope="col">vulnerability</th>${columns}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
  return `<section aria-labelledby="vulnerabilities">
<h2 id="vulnerabilities">Vulnerabilities</h2>
<p>By ${escapeHtml(list.list)} and the versions of packages: ${escapeHtml(counts.join(", "))}.${rest > 0 ? ` ${groupDigits(rest)} more have no room here.` : ""}</p>
${table}
</section>`;
}

/** The policy of the image, and the exceptions that were made; empty where there is none. */
export function policySection(audits: readonly Audit[]): string {
  const policy = audits.at(-1)?.policy;
  if (policy === undefined) return "";
  const allowed = policy.allow.map(({ path, kind, because, used }) => {
    const what = [kind ?? "anything", ...(path === undefined ? [] : [`at ${path}`])].join(" ");
    const cells = [what, because ?? "no reason given", used.length === 0 ? "nothing" : used.join(", ")];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  const limits = policy.limits.map(
    ({ figure, limit, actual }) => `<li>${figure}: ${groupDigits(actual)} of at most ${groupDigits(limit)}</li>`,
  );
  const licenses =
    policy.licenses === undefined
      ? []
      : [`<li>licences refused: ${escapeHtml(policy.licenses.forbid.join(", "))}</li>`];
  const forbidden = policy.forbid.length === 0 ? "nothing" : policy.forbid.join(", ");
  const exceptions =
    allowed.length === 0
      ? "<p>No exception is made.</p>"
      : `<div class="panel table" role="region" aria-label="Table of exceptions" tabindex="0"><table><thead><tr><th scope="col">allowed</th><th scope="col">because</th><th scope="col">needed by</th></tr></thead><tbody>${allowed.join("\n")}</tbody></table></div>`;
  return `<section aria-labelledby="policy">
<h2 id="policy">Policy</h2>
<p>The image holds to the policy of its spec, which refuses: ${escapeHtml(forbidden)}.</p>
${limits.length + licenses.length === 0 ? "" : `<ul>${[...limits, ...licenses].join("")}</ul>`}
${exceptions}
</section>`;
}
