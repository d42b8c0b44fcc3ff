import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { assetPath, parseDeps } from "../../formats/dotnet/deps.ts";
import { parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { printPurl } from "../shared/purl.ts";

const listLimit = 2 ** 24;

/** Packages of NuGet in the lists that .NET's programs and frameworks have beside them (`NAME.deps.json`). */
export const nuget: PackageDatabase = {
  name: "nuget",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    const known = new Set(near);
    for (const path of near) {
      if (!path.endsWith(".deps.json") || (await root.lstat(path))?.kind !== "file") continue;
      const bytes = await root.readFile(path, { offset: 0, length: listLimit });
      const { assets, libraries } = parseDeps(new TextDecoder().decode(bytes ?? new Uint8Array()));
      for (const { name, version, isPackage } of libraries) {
        if (!isPackage || name === "" || version === "") continue;
        const locations = assets
          .filter(({ library }) => library === `${name}/${version}`)
          .map((asset) => toAbsPath(assetPath(asset), parentOf(path)));
        const files = [...new Set(locations)].filter((file) => known.has(file));
        const purl = printPurl({ type: "nuget", name, version });
        yield { name, version, architecture: "", purl, files, ...(files.length === 0 ? { within: path } : {}) };
      }
    }
  },
};
