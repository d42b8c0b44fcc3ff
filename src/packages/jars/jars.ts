import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { type Jar, openInnerJar, openJar } from "../../formats/zip/jar.ts";
import { type AbsPath, baseName, type RootFs } from "../../rootfs/rootfs.ts";
import { mavenPurl, printPurl } from "../shared/purl.ts";

const propertiesLimit = 2 ** 16;
const innerJarLimit = 2 ** 27;
/** A jar in a jar in a jar: nobody's build makes more. */
const depthLimit = 3;
const packageLimit = 5000;

/**
 * Java archives say themselves what they are: in `META-INF/maven/GROUP/ARTIFACT/pom.properties`, else in their
 * manifest, else by their name. A jar that has others in it (as files, or merged, with their pom.properties) holds
 * their packages too.
 */
export const jars: PackageDatabase = {
  name: "maven",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    const packages = new Map<string, InstalledPackage>();
    for (const path of near) {
      if (!/\.[jwe]ar$/u.test(path) || (await root.lstat(path))?.kind !== "file") continue;
      for (const found of await readArchive(root, path)) {
        // The same package may lie in several places: it is one, with the files of all.
        const before = packages.get(found.purl);
        const files = [...(before?.files ?? []), ...found.files];
        packages.set(found.purl, before === undefined ? found : { ...found, ...before, files });
      }
    }
    yield* packages.values();
  },
};

interface Coordinates {
  /** Undefined where nothing says. */
  readonly group: string | undefined;
  readonly artifact: string;
  readonly version: string;
  readonly license?: string;
  readonly supplier?: string;
}

async function readArchive(root: RootFs, path: AbsPath): Promise<readonly InstalledPackage[]> {
  const jar = await openJar(root, path);
  if (jar === undefined) return [];
  const { own, bundled } = await readCoordinates(jar, { name: baseName(path), depth: 1 });
  const isOwn = (one: Coordinates): boolean => one.artifact === own?.artifact && one.group === own.group;
  return [
    ...(own === undefined ? [] : [{ ...toPackage(own), files: [path] }]),
    ...bundled
      .slice(0, packageLimit)
      .filter((one) => !isOwn(one))
      .map((one) => ({ ...toPackage(one), files: [], within: path })),
  ];
}

function toPackage({ group, artifact, version, license, supplier }: Coordinates): Omit<InstalledPackage, "files"> {
  return {
    name: group === undefined ? artifact : `${group}:${artifact}`,
    version,
    architecture: "",
    // An address of Maven without a group would be that of something else.
    purl:
      group === undefined
        ? printPurl({ type: "generic", name: artifact, version })
        : mavenPurl(group, artifact, version),
    ...(license === undefined ? {} : { license }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}

/** The package of an archive, and the packages inside it. */
async function readCoordinates(
  jar: Jar,
  { name, depth }: { readonly name: string; readonly depth: number },
): Promise<{ readonly own: Coordinates | undefined; readonly bundled: readonly Coordinates[] }> {
  const stated: Coordinates[] = [];
  const bundled: Coordinates[] = [];
  for (const entry of jar.entries) {
    if (/^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/u.test(entry.name)) {
      const found = readProperties(await jar.read(entry, propertiesLimit));
      if (found !== undefined) stated.push(found);
    } else if (depth < depthLimit && entry.name.endsWith(".jar")) {
      const bytes = await jar.read(entry, innerJarLimit);
      const inner = bytes === undefined ? undefined : await openInnerJar(bytes, jar);
      if (inner === undefined) continue;
      const innerName = entry.name.slice(entry.name.lastIndexOf("/") + 1);
      const found = await readCoordinates(inner, { name: innerName, depth: depth + 1 });
      bundled.push(...(found.own === undefined ? [] : [found.own]), ...found.bundled);
    }
  }
  const byName = stated.find(({ artifact, version }) => [`${artifact}-${version}`, artifact].includes(stemOf(name)));
  const manifested = fromManifest(jar.attributes, name);
  const own = byName ?? (stated.length === 1 ? stated[0] : manifested);
  const more = { ...licenseOf(jar.attributes), ...supplierOf(jar.attributes) };
  return { own: own === undefined ? undefined : { ...own, ...more }, bundled: [...stated, ...bundled] };
}

function stemOf(name: string): string {
  return name.replace(/\.[jwe]ar$/u, "");
}

/** `key=value` lines, as Maven's archiver writes them. */
function readProperties(bytes: Uint8Array | undefined): Coordinates | undefined {
  const values = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes ?? new Uint8Array()).split(/\r?\n/u)) {
    const equals = line.indexOf("=");
    if (equals > 0 && !line.startsWith("#")) values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const [group, artifact, version] = ["groupId", "artifactId", "version"].map((key) => values.get(key));
  if (!group || !artifact || !version) return undefined;
  return { group, artifact, version };
}

/**
 * The package in a manifest, with the name of the file for what it leaves out (OSGi core 3.2.1, JAR file
 * specification).
 */
function fromManifest(attributes: ReadonlyMap<string, string>, name: string): Coordinates | undefined {
  const [, namedArtifact, named] = /^(.+?)-(\d[\w.+-]*)$/u.exec(stemOf(name)) ?? [];
  // Debian also names a jar by the versions that it stands for: `spring3-core-3.x.jar`.
  const namedVersion = named?.endsWith(".x") === true ? undefined : named;
  const symbolic = attributes.get("bundle-symbolicname")?.split(";")[0]?.trim();
  const title = attributes.get("implementation-title");
  const version =
    namedVersion ?? attributes.get("implementation-version") ?? attributes.get("bundle-version") ?? undefined;
  const artifact = namedArtifact ?? (title !== undefined && /^[\w.-]+$/u.test(title) ? title : symbolic);
  if (artifact === undefined || artifact === "" || version === undefined || version === "") return undefined;
  return {
    group: groupOf({ symbolic, artifact, vendor: attributes.get("implementation-vendor-id") }),
    artifact,
    version,
  };
}

function groupOf(known: {
  readonly symbolic: string | undefined;
  readonly artifact: string;
  readonly vendor: string | undefined;
}): string | undefined {
  const { symbolic, artifact, vendor } = known;
  if (vendor !== undefined && /^[\w-]+(?:\.[\w-]+)+$/u.test(vendor)) return vendor;
  // `org.slf4j.api` of slf4j-api tells the group by what stands before the artifact's own name.
  if (symbolic?.endsWith(`.${artifact}`) === true) return symbolic.slice(0, -artifact.length - 1);
  return undefined;
}

/** Bundles name a licence, or the address of its text, which is none. */
function licenseOf(attributes: ReadonlyMap<string, string>): Pick<Coordinates, "license"> {
  const license = attributes.get("bundle-license")?.trim() ?? "";
  return /^[\w.+() -]{1,60}$/u.test(license) ? { license } : {};
}

function supplierOf(attributes: ReadonlyMap<string, string>): Pick<Coordinates, "supplier"> {
  const supplier = attributes.get("bundle-vendor") ?? attributes.get("implementation-vendor");
  return supplier === undefined || supplier === "" ? {} : { supplier };
}
