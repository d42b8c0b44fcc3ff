import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { readGoBuildInfo } from "../../formats/elf/go-build-info.ts";
import { linkedFiles } from "../shared/linked-files.ts";
import { golangPurl } from "../shared/purl.ts";

const packageLimit = 5000;
/** Go's version of a module that was built from a working tree. */
const unversioned = "(devel)";

/**
 * Programs of Go have the list of their modules in them: the one that they were built from owns the program, the others
 * and Go's own library are packed into it.
 */
export const goModules: PackageDatabase = {
  name: "golang",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    for await (const { path, header, read, sizeBytes } of linkedFiles(root, near)) {
      const info = await readGoBuildInfo(read, header, sizeBytes);
      if (info === undefined) continue;
      const { main, others } = readModules(info.modules);
      if (main !== undefined) yield { ...toPackage(main), files: [path], within: path };
      const library = libraryOf(info.version);
      for (const one of [...(library === undefined ? [] : [library]), ...others]) {
        yield { ...toPackage(one), files: [], within: path };
      }
    }
  },
};

interface GoModule {
  readonly name: string;
  readonly version: string;
}

function toPackage({ name, version }: GoModule): Omit<InstalledPackage, "files"> {
  return { name, version, architecture: "", purl: golangPurl(name, version === unversioned ? "" : version) };
}

/** Modules as they were built: what replaces another one counts, or nobody's version where that is a directory. */
function readModules(text: string): { readonly main: GoModule | undefined; readonly others: readonly GoModule[] } {
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
function libraryOf(version: string): GoModule | undefined {
  const [, release] = /^go(\d[\w.-]*)/u.exec(version) ?? [];
  return release === undefined ? undefined : { name: "stdlib", version: `v${release}` };
}
