import { groupDigits } from "../../../diagnostics/numbers.ts";
import { wordList } from "../../../spec/suggest.ts";
import { capabilities } from "../../policy/capabilities.ts";
import { auditFindings } from "../acceptance.ts";
import type { Audit } from "../audit.ts";
import { showBytes } from "../statistics.ts";

/** How an image stands, for its colour. */
export type Standing = "good" | "fair" | "bad";

/** Good: nothing but the image's own program is of use. Bad: something of the highest severity is there. */
export function standingOf(audit: Audit): Standing {
  const found = auditFindings(audit).filter(({ where }) => where.length > 0);
  if (found.length === 0) return "good";
  return found.some(({ severity }) => severity === "high") ? "bad" : "fair";
}

/** The report in one sentence, and of two trees another one on what is gone. */
export function verdictOf(audits: readonly Audit[]): string {
  const last = audits.at(-1);
  if (last === undefined) return "";
  const [before] = audits;
  const own = last.score.found.filter(({ isRequired }) => isRequired).map(({ capability }) => titleOf(capability));
  const left = auditFindings(last).filter(({ where }) => where.length > 0);
  const start = own.length === 0 ? "" : ` beyond ${wordList(own, "and")}, which the image itself runs`;
  const shown = left.slice(0, 3).map(({ what, where }) => nounOf(what, where.length));
  const rest = left.length - shown.length;
  const list = wordList([...shown, ...(rest > 0 ? [`${String(rest)} more kinds`] : [])], "and");
  const sentence =
    left.length === 0 ? `Whoever gets in finds nothing of use${start}.` : `Whoever gets in finds ${list}${start}.`;
  return before === undefined || before === last ? sentence : `${sentence} ${goneSentence(before, last)}`;
}

function goneSentence(before: Audit, after: Audit): string {
  const programs = before.score.counts.listedPrograms - after.score.counts.listedPrograms;
  const setuid = before.setuid.length - after.setuid.length;
  const bytes = before.figures.bytes - after.figures.bytes;
  const gone = [
    ...(programs > 0
      ? [`${groupDigits(programs)} of ${groupDigits(before.score.counts.listedPrograms)} such programs`]
      : []),
    ...(setuid > 0 ? [`${groupDigits(setuid)} setuid ${setuid === 1 ? "file" : "files"}`] : []),
    ...(bytes > 0 ? [showBytes(bytes)] : []),
  ];
  return gone.length === 0 ? "Nothing of it is gone." : `${wordList(gone, "and")} are gone.`;
}

function titleOf(name: string): string {
  return capabilities.find((one) => one.name === name)?.title ?? name;
}

/** `a shell`, `12 setuid or setgid files`. */
function nounOf(what: string, count: number): string {
  const title = titleOf(what);
  return count === 1 ? title : `${title} (${groupDigits(count)})`;
}
