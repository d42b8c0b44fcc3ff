const shownNames = 2;
/** How long the list of places may get; a message has 2,048 characters, of which its first part needs some. */
const maximumPlaces = 1000;

/**
 * `; and 4 more: require(x) (/app/a.js:3), require(y) (/app/b.js:1); 2 at /app/c.js:4, 9`, of messages that begin
 * `cannot tell what require(x) names (...)`. Each has its place, as far as there is room, and the rest is counted.
 */
export function andMoreNames(messages: readonly string[]): string {
  const names = messages.map((one) => {
    const [, what = one, place = ""] = /^cannot tell what (.*?) names \(([^)]*)\):/su.exec(one) ?? [];
    return { what, place };
  });
  const shown = names.slice(0, shownNames).map(({ what, place }) => (place === "" ? what : `${what} (${place})`));
  const rest = names.slice(shownNames).map(({ what, place }) => (place === "" ? what : place));
  const others = rest.length === 0 ? "" : `; ${String(rest.length)} at ${placesOf(rest)}`;
  return `; and ${String(names.length)} more: ${shown.join(", ")}${others}`;
}

/** `/app/c.js:4, 9, /app/d.js:1`: a file stands once, before its lines. */
function placesOf(places: readonly string[]): string {
  const parts: string[] = [];
  let length = 0;
  let told = 0;
  for (const [file, lines] of linesByFile(places)) {
    const part = lines.length === 0 ? file : `${file}:${lines.join(", ")}`;
    length += part.length + 2;
    if (length > maximumPlaces && parts.length > 0) break;
    parts.push(part.length > maximumPlaces ? `${part.slice(0, maximumPlaces)}...` : part);
    told += Math.max(1, lines.length);
  }
  const left = places.length - told;
  return parts.join(", ") + (left > 0 ? `, and ${String(left)} more, which the manifest lists under unknowns` : "");
}

function linesByFile(places: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const place of places) {
    const [, file = place, line] = /^(.*?)(?::(\d+))?$/su.exec(place) ?? [];
    const lines = files.get(file) ?? [];
    if (line !== undefined) lines.push(line);
    files.set(file, lines);
  }
  return files;
}
