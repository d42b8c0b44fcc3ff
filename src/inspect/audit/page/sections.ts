import { groupDigits } from "../../../diagnostics/numbers.ts";
import type { Audit } from "../audit.ts";
import { showBytes, termsOf } from "../statistics.ts";
import { vulnerabilityNote } from "../vulnerability-note.ts";
import { drawMap } from "./draw-map.ts";
import { escapeHtml } from "./markup.ts";

/** A treemap of each tree, and how large it is beside the other. */
export function mapsSection(audits: readonly Audit[]): string {
  const most = Math.max(1, ...audits.map(({ figures }) => figures.bytes));
  const maps = audits.map((audit, index) => {
    const width = ((audit.figures.bytes / most) * 1000).toFixed(1);
    const bar = `<svg class="whole" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true"><rect class="${index === audits.length - 1 ? "after" : "before"}" width="${width}" height="6"></rect></svg>`;
    return `<div class="panel"><h3>${escapeHtml(audit.name)} <span class="soft">${showBytes(audit.figures.bytes)}</span></h3>${audits.length > 1 ? bar : ""}${layerBar(audit)}${drawMap(audit)}</div>`;
  });
  return `<section aria-labelledby="bytes">
<h2 id="bytes">Bytes by layer and package</h2>
<p><span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="sharp" width="8" height="8" rx="2"></rect></svg> programs of use to an attacker (!)</span>
<span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="plain" width="8" height="8" rx="2"></rect></svg> another package</span>
<span class="key"><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="loose" width="8" height="8" rx="2"></rect></svg> files of no package, by directory</span></p>
<p>A click, or Enter, lists the files below; arrow keys go from one to the next.</p>
<div class="maps">${maps.join("\n")}</div>
</section>`;
}

const layerWidth = 1000;

/** The layers of an image as one bar, where its manifest names them; empty elsewhere. */
function layerBar({ files }: Audit): string {
  const sums = new Map<string, number>();
  for (const { layer, stat } of files) {
    if (layer !== undefined && stat.kind === "file") sums.set(layer, (sums.get(layer) ?? 0) + stat.sizeBytes);
  }
  const layers = [...sums].toSorted((left, right) => right[1] - left[1]);
  const total = layers.reduce((sum, [, bytes]) => sum + bytes, 0);
  if (total === 0) return "";
  let x = 0;
  const parts = layers.slice(0, layerColours).map(([, bytes], index) => {
    const width = (bytes / total) * layerWidth;
    const rect = `<rect class="l${String(index)}" x="${x.toFixed(1)}" width="${Math.max(1, width - 2).toFixed(1)}" height="10"></rect>`;
    x += width;
    return rect;
  });
  const names = layers
    .slice(0, layerColours)
    .map(
      ([name, bytes], index) =>
        `<li><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="l${String(index)}" width="8" height="8" rx="2"></rect></svg> ${escapeHtml(name)} ${showBytes(bytes)}</li>`,
    );
  const rest = layers.length - names.length;
  const more = rest > 0 ? `<li>${String(rest)} smaller layers</li>` : "";
  return `<svg class="layers" viewBox="0 0 ${String(layerWidth)} 10" preserveAspectRatio="none" aria-hidden="true">${parts.join("")}</svg>
<ul class="legend" aria-label="Layers">${names.join("")}${more}</ul>`;
}

/** Layers with a colour of their own. */
const layerColours = 6;

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
    return `<tr><th scope="row">${vulnerabilityLink(id)}</th>${cells.join("")}</tr>`;
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

/** A name with the page that explains it. */
function vulnerabilityLink(id: string): string {
  const name = escapeHtml(id);
  if (!/^[A-Za-z0-9-]+$/u.test(id)) return name;
  const page = id.startsWith("CVE-") ? `https://www.cve.org/CVERecord?id=${id}` : `https://osv.dev/vulnerability/${id}`;
  return `<a href="${page}" rel="noreferrer">${name}</a>`;
}

/** Where the rest of what is known of an image is: files beside this page, and commands. */
export function evidenceSection(audits: readonly Audit[]): string {
  const last = audits.at(-1);
  if (last === undefined) return "";
  const name = /^[\w@:./-]+$/u.test(last.name) ? last.name : "IMAGE";
  const rows: readonly (readonly [string, string, string])[] = [
    [
      "The same as text and for programs",
      `<a href="report.txt">report.txt</a>, <a href="report.json">report.json</a>`,
      "",
    ],
    ["Reasons for each path", "", `pith explain ${name}`],
    ["SBOM, with licences", "", `docker buildx imagetools inspect ${name} --format '{{json .SBOM}}'`],
    [
      "Vulnerabilities",
      last.vulnerabilities === undefined ? "" : `<a href="#vulnerabilities">the list below</a>`,
      `pith audit --vulnerabilities osv.json ${name}`,
    ],
    ["VEX: what cannot be reached", "", "docker build --target vex --build-arg VULNERABILITIES=osv.json -o - ."],
  ];
  const cells = rows.map(
    ([what, link, command]) =>
      `<tr><th scope="row">${what}</th><td>${link}${command === "" ? "" : `${link === "" ? "" : " "}<code>${escapeHtml(command)}</code>`}</td></tr>`,
  );
  return `<section aria-labelledby="evidence">
<h2 id="evidence">Evidence</h2>
<div class="panel table" role="region" aria-label="Table of evidence" tabindex="0"><table><tbody>${cells.join("")}</tbody></table></div>
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
