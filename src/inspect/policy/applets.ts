import { capabilitiesOf } from "./capabilities.ts";

/** Words that a run of must have to be the table: short sorted runs come about by chance. */
const shortestRun = 16;
const appletName = /^[a-z0-9[][a-z0-9[+._-]{0,30}$/;

/**
 * The listed programs that a program which is many holds, sorted. BusyBox keeps its applets' names as one sorted table
 * of words between NULs: the longest such run of the bytes is that table.
 */
export function appletsOf(bytes: Uint8Array): readonly string[] {
  let best: readonly string[] = [];
  let run: string[] = [];
  for (const word of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1").split("\0")) {
    const last = run.at(-1);
    if (appletName.test(word) && (last === undefined || last < word)) run.push(word);
    else run = appletName.test(word) ? [word] : [];
    if (run.length > best.length) best = run;
  }
  return best.length < shortestRun ? [] : best.filter((name) => capabilitiesOf(name).length > 0);
}
