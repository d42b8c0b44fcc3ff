/** The oldest Node that runs Pith: what `engines` of package.json says. */
const oldest = [22, 19] as const;

/** What to say on a Node that is too old, as its version tells (`20.20.2`); undefined on one that will do. */
export function versionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = oldest;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `cannot run with Node ${version}: it is too old\nhint: use Node ${oldest.join(".")} or a newer one\n`;
}
