import { inflate } from "node:zlib";
import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { readNamedSection } from "../../formats/elf/sections.ts";
import { isRecord, parseRecord } from "../../formats/json/json-object.ts";
import { type LinkedFile, linkedFiles } from "../shared/linked-files.ts";
import { cargoPurl, printPurl } from "../shared/purl.ts";

const packedLimit = 2 ** 20;
const textLimit = 2 ** 23;
const packageLimit = 5000;

/**
 * Programs and libraries of Rust that `cargo auditable` built have the list of their crates in a section `.dep-v0`:
 * zlib around JSON. Others say nothing of what they are made of.
 */
export const cargo: PackageDatabase = {
  name: "cargo",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    for await (const file of linkedFiles(root, near)) {
      for (const { isRoot, ...crate } of await readCrates(file)) {
        yield { ...crate, files: isRoot ? [file.path] : [], within: file.path };
      }
    }
  },
};

type Crate = Omit<InstalledPackage, "files"> & { readonly isRoot: boolean };

/** The crates that are linked into a file. Crates that only built it are left out. */
async function readCrates({ header, read, sizeBytes }: LinkedFile): Promise<readonly Crate[]> {
  const packed = await readNamedSection(read, header, { sizeBytes, name: ".dep-v0", limit: packedLimit });
  const text = packed === undefined ? undefined : await unpack(packed);
  const listed = text === undefined ? undefined : parseRecord(text)?.["packages"];
  if (!Array.isArray(listed)) return [];
  const crates: readonly unknown[] = listed.slice(0, packageLimit);
  return crates.flatMap((one) => {
    if (!isRecord(one)) return [];
    const { name, version, source, kind = "runtime", root } = one;
    if (typeof name !== "string" || typeof version !== "string" || name === "" || version === "") return [];
    if (kind !== "runtime") return [];
    // A crate from elsewhere may have the name of a crate of the registry, and be another one.
    const purl = source === "crates.io" ? cargoPurl(name, version) : printPurl({ type: "generic", name, version });
    return [{ name, version, architecture: "", purl, isRoot: root === true }];
  });
}

function unpack(packed: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => {
    inflate(packed, { maxOutputLength: textLimit }, (error, bytes) =>
      resolve(error === null ? new TextDecoder().decode(bytes) : undefined),
    );
  });
}
