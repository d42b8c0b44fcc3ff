import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/**
 * One path that a program asked the kernel for. The paths of a run are in the order in which they were last asked for.
 */
export interface Observation {
  /**
   * `missing`: nothing was there; `opened`: a file, or a program that was started; `listed`: a directory; `denied`: not
   * allowed.
   */
  readonly kind: "missing" | "opened" | "listed" | "denied";
  /** The program that asked, as a path of its root; empty when it could not be told. */
  readonly program: string;
  /** As it was asked for, links and all. */
  readonly path: AbsPath;
}

const kinds: Readonly<Record<string, Observation["kind"]>> = {
  missing: "missing",
  opened: "opened",
  listed: "listed",
  denied: "denied",
};

/**
 * Reads what `native/observe` leaves in `trace`: records `KIND TAB PROGRAM TAB PATH NUL`. Whatever is no record is left
 * out.
 */
export function parseObservations(bytes: Uint8Array): readonly Observation[] {
  const text = new TextDecoder().decode(bytes);
  return text.split("\0").flatMap((record) => {
    const match = /^([a-z]+)\t([^\t]*)\t(\/.*)$/su.exec(record);
    const kind = kinds[match?.[1] ?? ""];
    return match === null || kind === undefined
      ? []
      : [{ kind, program: match[2] ?? "", path: toAbsPath(match[3] ?? "") }];
  });
}
