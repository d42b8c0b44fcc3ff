/** A module of Go in a program. */
export interface GoModule {
  readonly name: string;
  readonly version: string;
}

const packageLimit = 5000;
/** Go's version of a module that was built from a working tree. */
export const unversioned = "(devel)";

/** Modules as they were built: what replaces another one counts, or nobody's version where that is a directory. */
export function readGoModules(text: string): {
  readonly main: GoModule | undefined;
  readonly others: readonly GoModule[];
} {
  let main: GoModule | undefined;
  const others: GoModule[] = [];
  for (const line of text.split("\n")) {
    const [kind, name = "", version = ""] = line.split("\t");
    if (name === "" || others.length >= packageLimit) continue;
    const found = { name, version: version === "" ? unversioned : version };
    if (kind === "mod") main = found;
    else if (kind === "dep") others.push(found);
    else if (kind === "=>") {
      const replaced = others.pop();
      if (replaced !== undefined) others.push(/^[./]/u.test(name) ? { ...replaced, version: unversioned } : found);
    }
  }
  return { main, others };
}

/** Go's own library as databases of vulnerabilities call it; undefined for a Go of nobody's release. */
export function goLibrary(version: string): GoModule | undefined {
  const [, release] = /^go(\d[\w.-]*)/u.exec(version) ?? [];
  return release === undefined ? undefined : { name: "stdlib", version: `v${release}` };
}

/** A setting of the build, such as `GOOS`; undefined where the program does not say. */
export function goSetting(text: string, name: string): string | undefined {
  return text
    .split("\n")
    .find((line) => line.startsWith(`build\t${name}=`))
    ?.slice(`build\t${name}=`.length);
}
