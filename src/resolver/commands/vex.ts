import { createHash } from "node:crypto";
import packageJson from "../../../package.json" with { type: "json" };
import type { Plugins } from "../../closure/model/plugins.ts";
import type { ClosureRequest } from "../../closure/model/request.ts";
import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type Manifest, type ManifestEntry, parseManifest } from "../../inspect/manifest/manifest.ts";
import { sourceOf } from "../../inspect/sbom/package-identity.ts";
import { printCsaf } from "../../inspect/vex/csaf.ts";
import { printCycloneDxVex } from "../../inspect/vex/cyclonedx-vex.ts";
import { printFileLists } from "../../inspect/vex/evidence.ts";
import { fileListsName } from "../../inspect/vex/findings.ts";
import { type ForeignImage, foreignCode } from "../../inspect/vex/foreign-code.ts";
import { linkedCode } from "../../inspect/vex/linked-code.ts";
import { printOpenVex } from "../../inspect/vex/openvex.ts";
import { readList } from "../../inspect/vex/read-list.ts";
import { type BuilderPackage, distributionOf, type Presence, stateAbsences } from "../../inspect/vex/statements.ts";
import { versionOrders } from "../../inspect/vex/version-orders.ts";
import { readCodename } from "../../packages/shared/os-release.ts";
import { type ImageSubject, parseImageSubject } from "../../plan/image-subject.ts";
import { type AbsPath, type RootFs, rootPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import type { Command } from "../command.ts";
import { layerFiles, type OutputFile, openRequest, readClosureText } from "../mounts.ts";
import { openViews } from "../views.ts";
import { readVulnerabilities } from "../vulnerability-list.ts";

/**
 * `vex LIST [PRODUCT [SUBJECT]]` reads `closure/`, the request, its roots and the list `vulnerabilities/LIST`, and
 * writes statements as OpenVEX (`vex.json`), CSAF and CycloneDX, and the lists of files that they stand on. SUBJECT is
 * the JSON of what the image is called. Findings: VULNERABILITIES_INVALID.
 */
export const vex: Command = {
  leavesFindings: true,
  async run(step, [name = "", product, subject]) {
    const { files, diagnostics } = await printVex({
      ...openRequest(step),
      closure: readClosureText(step),
      list: readVulnerabilities(step, name),
      product: product === "" ? undefined : product,
      subject: parseImageSubject(subject),
      read: await layerFiles(step),
    });
    if (files === undefined) throw new BuildError(diagnostics);
    return files;
  },
};

export interface VexPrinting {
  readonly request: ClosureRequest;
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
  /** Text of `closure.json`. */
  readonly closure: string;
  readonly list: { readonly name: string; readonly text: string };
  /** The image as scanners name it. */
  readonly product: string | undefined;
  readonly subject: ImageSubject;
  /** The bytes of a file as it ships. */
  read(entry: ManifestEntry): Uint8Array;
}

interface LocatedPackage extends BuilderPackage {
  readonly root: RootFs;
}

/** Prints what the image cannot have of a list of vulnerabilities; findings where the list is none. */
export async function printVex(
  printing: VexPrinting,
): Promise<{ readonly files: readonly OutputFile[] | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const manifest = parseManifest(printing.closure);
  const views = await openViews(printing.request, printing.roots);
  const processRoot = views.get(printing.request.process.view)?.root;
  const codename = processRoot === undefined ? undefined : await readCodename(processRoot);
  const { value, diagnostics } = readList(printing.list.text, { name: printing.list.name, codename });
  if (value === undefined) return { files: undefined, diagnostics };
  const packages: LocatedPackage[] = [];
  for (const { root } of views.values()) packages.push(...(await readPackages(root, printing.plugins)));
  const presence = presenceOf(manifest, { packages, codename, read: (entry) => printing.read(entry) });
  const statements = await stateAbsences(value.vulnerabilities, presence, versionOrders);
  const options = {
    product: printing.product,
    contentDigest: createHash("sha256").update(printing.closure).digest("hex"),
    epochSeconds: manifest.epochSeconds,
    toolVersion: packageJson.version,
    subject: printing.subject,
  };
  const files = [
    { name: "vex.json", text: printOpenVex(statements, options) },
    // CSAF has no document without a vulnerability.
    ...(statements.length === 0 ? [] : [{ name: "vex.csaf.json", text: printCsaf(statements, options) }]),
    { name: "vex.cdx.json", text: printCycloneDxVex(statements, options) },
    { name: fileListsName, text: printFileLists(statements) },
  ];
  return { files, diagnostics: [] };
}

/** All packages of a builder, those of languages wherever they lie. */
async function readPackages(root: RootFs, { packages: databases }: Plugins): Promise<readonly LocatedPackage[]> {
  const paths: AbsPath[] = [];
  for await (const { path } of walk(root, rootPath)) paths.push(path);
  const found: LocatedPackage[] = [];
  for (const database of databases) {
    for await (const { name, version, source, purl, files } of database.read(root, paths)) {
      const own = { name, version };
      const from = database.kind === "system" ? sourceOf(source, own) : own;
      found.push({ database: database.name, name, version, source: from, purl, files, root });
    }
  }
  return found;
}

function presenceOf(
  manifest: Manifest,
  {
    packages,
    codename,
    read,
  }: {
    readonly packages: readonly LocatedPackage[];
    readonly codename: string | undefined;
    readonly read: (entry: ManifestEntry) => Uint8Array;
  },
): Presence {
  const paths = new Set<string>(manifest.entries.map(({ path }) => path));
  const roots = [...new Set(packages.map(({ root }) => root))];
  const foreign = foreignCode(foreignPart(manifest, read), { packages, roots });
  return {
    packages,
    distribution: distributionOf(manifest.distribution, codename),
    shipped: new Set(manifest.packages.map(({ id, name }) => `${id.slice(0, id.indexOf(":"))}:${name}`)),
    has: (path) => paths.has(path),
    hasCopy: async (one, files) => foreign.mayHave(one, files),
    code: linkedCode(
      manifest.entries.filter(({ kind, tree }) => kind === "file" && tree !== undefined),
      read,
    ),
  };
}

/** What of an image no package of the distribution has, without what Pith makes. */
function foreignPart(manifest: Manifest, read: VexPrinting["read"]): ForeignImage<ManifestEntry> {
  const ofSystem = new Set(manifest.packages.filter(({ isSystem }) => isSystem).map(({ id }) => id));
  return {
    files: manifest.entries.filter(
      ({ kind, owner, tree }) => kind === "file" && tree !== undefined && (owner === undefined || !ofSystem.has(owner)),
    ),
    packages: manifest.packages.map(({ id, name }) => ({ database: id.slice(0, id.indexOf(":")), name })),
    read,
  };
}
