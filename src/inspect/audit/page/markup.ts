import { escapeText } from "../../../diagnostics/escape.ts";
import { escapeJson } from "../report-json.ts";

/**
 * Text as HTML shows it, in elements and in quoted attributes. What is invisible or turns text around is written out.
 */
export function escapeHtml(text: string): string {
  return escapeText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** A value as JSON that can stand in a script element: nothing in it ends the element. */
export function toScriptJson(value: unknown): string {
  return escapeJson(JSON.stringify(value)).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}
