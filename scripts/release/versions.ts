const semantic = /^(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(?<rest>-[0-9A-Za-z.-]+)?$/u;

/**
 * The tags of a version, the one that moves most first. Versions before the final one have theirs alone. `edge` is the
 * newest of all.
 */
export function tagsOf(version: string): readonly string[] {
  const parts = semantic.exec(version)?.groups;
  if (parts === undefined) throw new Error(`cannot release ${version}: a version is MAJOR.MINOR.PATCH`);
  const { major = "", minor = "", rest } = parts;
  if (rest !== undefined) return [version, "edge"];
  return [major, `${major}.${minor}`, version, "edge"];
}

/**
 * The notes of a version: its part of the changelog, or what is not released yet. Throws where a released version has
 * none.
 */
export function notesOf(changelog: string, { version, isDryRun }: { version: string; isDryRun: boolean }): string {
  const parts = changelog.split(/^(?=## )/mu).slice(1);
  const find = (title: string) => parts.find((part) => part.startsWith(`## [${title}]`));
  const found = find(version) ?? (isDryRun ? find("Unreleased") : undefined);
  if (found === undefined) {
    throw new Error(`cannot release ${version}: CHANGELOG.md has no part "## [${version}] - DATE"`);
  }
  return `# Pith ${version}\n\n${found.slice(found.indexOf("\n")).trim()}\n`;
}
