import { groupDigits } from "../../../diagnostics/numbers.ts";
import { capabilities } from "../../policy/capabilities.ts";
import type { Audit } from "../audit.ts";
import { nextSteps } from "../next-steps.ts";
import { escapeHtml } from "./markup.ts";

const shownPaths = 40;

/** A kind of thing that helps an attacker, with its paths in each tree. */
interface Kind {
  readonly name: string;
  readonly title: string;
  readonly points: string;
  /** What the file table finds it by. */
  readonly search: string;
  readonly lists: readonly (readonly string[])[];
  /** True where the last tree has it for its own start alone. */
  readonly isOwn: boolean;
}

/** What of use to an attacker is left, and, collapsed, what is gone and what was never there. */
export function leftSection(audits: readonly Audit[]): string {
  const kinds = kindsOf(audits);
  const count = ({ lists }: Kind, index: number): number => lists.at(index)?.length ?? 0;
  const left = kinds.filter((kind) => count(kind, -1) > 0);
  const gone = kinds.filter((kind) => count(kind, -1) === 0 && kind.lists.some((list) => list.length > 0));
  const never = kinds.filter((kind) => kind.lists.every((list) => list.length === 0));
  const tiles = left.toSorted((a, b) => Number(a.isOwn) - Number(b.isOwn)).map((kind) => leftTile(kind, audits));
  const nothing = `<div class="panel nothing"><p><strong>Nothing.</strong> No program, setuid file, secret or device that helps an attacker.</p></div>`;
  const goneList =
    gone.length === 0
      ? ""
      : `<details class="panel gone"><summary>What is gone: ${groupDigits(gone.length)} of ${groupDigits(gone.length + left.length)} kinds</summary><div class="tiles">${gone.map(goneTile).join("")}</div></details>`;
  const absent =
    never.length === 0
      ? ""
      : `<p>Not found${audits.length === 1 ? "" : audits.length === 2 ? " in either" : " in any"}: ${escapeHtml(never.map(({ name }) => name).join(", "))}.</p>`;
  return `<section aria-labelledby="left">
<h2 id="left">What is left for an attacker</h2>
<p>Programs are known by their bytes, so that another name hides none.</p>
${tiles.length === 0 ? nothing : `<div class="tiles">${tiles.join("\n")}</div>`}
${goneList}
${absent}
</section>`;
}

function kindsOf(audits: readonly Audit[]): readonly Kind[] {
  const programs = capabilities.map(({ name, title, weight }): Kind => {
    const found = audits.map(({ score }) => score.found.find(({ capability }) => capability === name));
    return {
      name,
      title,
      points: weight === 0 ? "no points" : `${String(weight)} points`,
      search: name,
      lists: found.map((one) => one?.paths ?? []),
      isOwn: found.at(-1)?.isRequired === true,
    };
  });
  const others: readonly (readonly [string, string, string, readonly (readonly string[])[]])[] = [
    ["setuid", "setuid and setgid files", "setuid", audits.map(({ setuid }) => setuid)],
    [
      "file capabilities",
      "files with file capabilities",
      "file capability",
      audits.map(({ fileCapabilities }) => fileCapabilities ?? []),
    ],
    ["world-writable", "paths that anybody may write", "anybody may", audits.map(({ worldWritable }) => worldWritable)],
    ["secrets", "files with secrets", "secret:", audits.map(({ secrets }) => secrets.map(({ path }) => path))],
    ["devices", "device nodes", "device", audits.map(({ devices }) => devices)],
  ];
  return [
    ...programs,
    ...others.map(([name, title, search, lists]) => ({ name, title, points: "", search, lists, isOwn: false })),
  ];
}

function leftTile({ name, title, points, search, lists, isOwn }: Kind, audits: readonly Audit[]): string {
  const now = lists.at(-1) ?? [];
  const was = audits.length > 1 ? `<p class="was">was ${groupDigits(lists[0]?.length ?? 0)}</p>` : "";
  const note = isOwn ? `<p class="own-note">the image's own program</p>` : "";
  return `<div class="panel tile ${isOwn ? "own" : "some"}"><h3>${escapeHtml(name)}<span class="points">${points}</span></h3><p class="what">${escapeHtml(title)}</p><p class="big">${groupDigits(now.length)}</p>${was}${note}${pathList(now, "Paths")}<p><a href="#search=${encodeURIComponent(search)}">Find in the table<span class="hidden">: ${escapeHtml(name)}</span></a></p></div>`;
}

function goneTile({ name, title, points, lists }: Kind): string {
  const was = lists.find((list) => list.length > 0) ?? [];
  return `<div class="tile none"><h3>${escapeHtml(name)}<span class="points">${points}</span></h3><p class="what">${escapeHtml(title)}</p>${pathList(was, groupDigits(was.length))}</div>`;
}

/** `summary` is markup. */
function pathList(paths: readonly string[], summary: string): string {
  const lines = paths.slice(0, shownPaths).map((path) => `<li class="path">${escapeHtml(path)}</li>`);
  const rest = paths.length - lines.length;
  const more = rest > 0 ? `<li>and ${groupDigits(rest)} more</li>` : "";
  return `<details><summary>${summary}</summary><ul>${lines.join("")}${more}</ul></details>`;
}

/** The three next things to do, each with the lines to write. */
export function stepsSection(audits: readonly Audit[]): string {
  const last = audits.at(-1);
  if (last === undefined) return "";
  const steps = nextSteps(last).map(
    ({ title, gain, lines }) =>
      `<li class="panel step"><h3>${escapeHtml(title)}</h3><p class="gain">${escapeHtml(gain)}</p><pre tabindex="0"><code>${codeOf(lines)}</code></pre></li>`,
  );
  return `<section aria-labelledby="next">
<h2 id="next">Three next steps</h2>
<p>What saves the most comes first. The lines go into the spec; a build says where a program still needs what they remove.</p>
<ol class="steps">${steps.join("\n")}</ol>
</section>`;
}

function codeOf(lines: readonly string[]): string {
  return lines.map(escapeHtml).join("\n");
}
