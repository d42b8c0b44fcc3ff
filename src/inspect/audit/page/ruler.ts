import type { Audit } from "../audit.ts";
import { escapeHtml } from "./markup.ts";

/** What a score is measured against: docs/guides/audit.md names the images. */
const marks = [
  { score: 3, name: "one static program" },
  { score: 190, name: "a distribution's slim image" },
] as const;

const nameHeight = 15;

/**
 * The scores on one line from a static program to a whole distribution. Positions are per cent: a page has no styles.
 */
export function scoreRuler(audits: readonly Audit[]): string {
  const most = Math.max(210, ...audits.map(({ score }) => score.total * 1.05));
  // A line for the name of each image, above the scale.
  const top = audits.length * nameHeight + 18;
  const at = (score: number): number => 1 + (Math.min(score, most) / most) * 98;
  // Each on a line of its own: a phone has no room for both beside each other.
  const ticks = marks.map(({ score, name }, index) => {
    const x = at(score);
    const anchor = x < 50 ? "start" : "end";
    return `<line class="tick" x1="${per(x)}" x2="${per(x)}" y1="${String(top + 6)}" y2="${String(top + 20)}"></line><text class="mark-text" x="${per(x)}" y="${String(top + 34 + index * 16)}" text-anchor="${anchor}">${name}, ${String(score)}</text>`;
  });
  const pins = audits.map(({ name, score }, index) => {
    const x = at(score.total);
    const anchor = x < 15 ? "start" : x > 85 ? "end" : "middle";
    const kind = index === audits.length - 1 ? "after" : "before";
    const label = `${shorten(name)} ${score.total.toFixed(1)}`;
    return `<circle class="pin ${kind}" cx="${per(x)}" cy="${String(top)}" r="9"></circle><text class="pin-text" x="${per(x)}" y="${String(nameHeight * (audits.length - index))}" text-anchor="${anchor}">${escapeHtml(label)}</text>`;
  });
  const words = audits.map(({ name, score }) => `${name} ${score.total.toFixed(1)}`).join(", ");
  return `<svg class="ruler" height="${String(top + 58)}" width="100%" role="img" aria-label="${escapeHtml(`Scores from 3, one static program, to ${most.toFixed(0)}: ${words}`)}">
<defs><linearGradient id="scale"><stop offset="0" class="low"></stop><stop offset=".35" class="middle"></stop><stop offset="1" class="high"></stop></linearGradient></defs>
<rect x="0" y="${String(top - 5)}" width="100%" height="10" rx="5" fill="url(#scale)"></rect>
${ticks.join("")}${pins.join("")}
</svg>`;
}

function per(x: number): string {
  return `${x.toFixed(2)}%`;
}

function shorten(name: string): string {
  return name.length > 26 ? `${name.slice(0, 25)}\u2026` : name;
}
