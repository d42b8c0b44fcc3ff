/** Calls that start a program by its name. These names mean nothing else in the packages that give them too. */
export const starting: ReadonlySet<string> = new Set([
  "spawn",
  "spawnSync",
  "execFile",
  "execFileSync",
  "execa",
  "execaSync",
]);
/** Calls that give a text to the shell. Regular expressions have an `exec` too. */
export const shelling: ReadonlySet<string> = new Set(["exec", "execSync"]);
