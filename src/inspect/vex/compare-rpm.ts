/**
 * Orders two versions of rpm packages, `epoch:version-release` (rpm's docs/man/rpm-version.7 and rpmio/rpmvercmp.c):
 * negative where the left one is older.
 */
export function compareRpmVersions(left: string, right: string): number {
  const [one, other] = [split(left), split(right)];
  if (one.epoch !== other.epoch) return one.epoch - other.epoch;
  const version = compareParts(one.version, other.version);
  // A version without a release stands for all of its releases.
  if (version !== 0 || one.release === undefined || other.release === undefined) return version;
  return compareParts(one.release, other.release);
}

function split(text: string): { readonly epoch: number; readonly version: string; readonly release?: string } {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/su.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  if (dash === -1) return { epoch: Number(epoch), version: rest };
  return { epoch: Number(epoch), version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/**
 * Runs of digits and of letters take turns; `~` is before the end, `^` after it and before all else; the rest only
 * parts runs.
 */
function compareParts(left: string, right: string): number {
  const [ones, others] = [runsOf(left), runsOf(right)];
  for (let index = 0; index < Math.max(ones.length, others.length); index++) {
    const [one, other] = [ones[index], others[index]];
    if (one === other) continue;
    const order = rankOf(one) - rankOf(other);
    if (order !== 0) return order;
    const [first = "", second = ""] = [one, other];
    if (!/^\d/u.test(first)) return first < second ? -1 : 1;
    const [number, against] = [first.replace(/^0+/u, ""), second.replace(/^0+/u, "")];
    if (number.length !== against.length) return number.length - against.length;
    if (number !== against) return number < against ? -1 : 1;
  }
  return 0;
}

function runsOf(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|[~^]/gu) ?? [];
}

function rankOf(run: string | undefined): number {
  if (run === "~") return -1;
  if (run === undefined) return 0;
  if (run === "^") return 1;
  return /^\d/u.test(run) ? 3 : 2;
}
