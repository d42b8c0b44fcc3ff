import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { readGoBuildInfo } from "../../formats/elf/go-build-info.ts";
import { type GoModule, goLibrary, readGoModules, unversioned } from "../../formats/elf/go-modules.ts";
import { linkedFiles } from "../shared/linked-files.ts";
import { golangPurl } from "../shared/purl.ts";

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
      const { main, others } = readGoModules(info.modules);
      if (main !== undefined) yield { ...toPackage(main), files: [path], within: path };
      const library = goLibrary(info.version);
      for (const one of [...(library === undefined ? [] : [library]), ...others]) {
        yield { ...toPackage(one), files: [], within: path };
      }
    }
  },
};

function toPackage({ name, version }: GoModule): Omit<InstalledPackage, "files"> {
  return { name, version, architecture: "", purl: golangPurl(name, version === unversioned ? "" : version) };
}
