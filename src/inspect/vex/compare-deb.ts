/** Orders two versions of Debian packages (deb-version(7)): negative where the left one is older. */
export function compareDebVersions(left: string, right: string): number {
  const [one, other] = [split(left), split(right)];
  if (one.epoch !== other.epoch) return one.epoch - other.epoch;
  const upstream = comparePart(one.upstream, other.upstream);
  return upstream === 0 ? comparePart(one.revision, other.revision) : upstream;
}

function split(version: string): { readonly epoch: number; readonly upstream: string; readonly revision: string } {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  return {
    epoch: colon === -1 ? 0 : Number.parseInt(version.slice(0, colon), 10) || 0,
    upstream: dash === -1 ? rest : rest.slice(0, dash),
    revision: dash === -1 ? "" : rest.slice(dash + 1),
  };
}

/** Text and numbers take turns; in text `~` is before the end, and letters are before all else. */
function comparePart(left: string, right: string): number {
  let [at, to] = [0, 0];
  while (at < left.length || to < right.length) {
    while (isText(left[at]) || isText(right[to])) {
      const order = weightOf(left[at]) - weightOf(right[to]);
      if (order !== 0) return order;
      at++;
      to++;
    }
    const [one, other] = [digitsAt(left, at), digitsAt(right, to)];
    at += one.length;
    to += other.length;
    const [first, second] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
    if (first.length !== second.length) return first.length - second.length;
    if (first !== second) return first < second ? -1 : 1;
  }
  return 0;
}

function isText(letter: string | undefined): boolean {
  return letter !== undefined && !/\d/.test(letter);
}

function weightOf(letter: string | undefined): number {
  if (letter === "~") return -1;
  if (letter === undefined || /\d/.test(letter)) return 0;
  const code = letter.codePointAt(0) ?? 0;
  return /[A-Za-z]/.test(letter) ? code : code + 256;
}

function digitsAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && /\d/.test(text[end] ?? "")) end++;
  return text.slice(start, end);
}
