import { createHash } from "node:crypto";
import fs from "node:fs";
import { extname } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { countFiles } from "../adapters/directory/count-files.ts";
import { readFileCapabilities } from "../adapters/directory/file-capabilities.ts";
import { openDirectory } from "../adapters/directory/open-directory.ts";
import { startLayerWriter } from "../adapters/layers/layer-writer.ts";
import type { WrittenLayers } from "../adapters/layers/written-layers.ts";
import { type PrintKind } from "../closure/model/commands.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import { printReasons } from "../closure/model/reasons.ts";
import { parseClosureRequest } from "../closure/model/request.ts";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { invariant, renderCrash } from "../diagnostics/invariant.ts";
import { type ManifestEntry, manifestParts, parseManifest } from "../inspect/manifest/manifest.ts";
import type { SourcePlace } from "../inspect/policy/policy.ts";
import { invalid, listLimitBytes } from "../inspect/vex/findings.ts";
import { answerRequest } from "../resolver/answer.ts";
import { explainRun, type ObservedRun } from "../resolver/commands/explain-run.ts";
import { lookForPath } from "../resolver/commands/look-for-path.ts";
import { type PrintedFile, parsePlaces, printClosure } from "../resolver/commands/print-closure.ts";
import type { ImageBeneath } from "../resolver/overlay-image.ts";
import { readPackageVersions } from "../resolver/package-versions.ts";
import { allPlugins } from "../resolver/plugins.ts";

/*
 * The resolver's program, as the frontend runs it inside the engine:
 *   resolve                       reads BASE/request/request.json and BASE/roots/N, writes BASE/out
 *                                 and over the image of BASE/closure, where that is there, one layer with what it has not
 *   resolve --print manifest      reads BASE/closure, the output of the former, writes BASE/out/manifest.json
 *   resolve --print explain PATH  likewise, BASE/out/explain.txt; all paths where none is given; an absent one is looked for in
 *                                 BASE/roots/N, by BASE/request/request.json
 *   resolve --print diff FILE     likewise, BASE/out/diff.txt and diff.json, against the manifest BASE/roots/0/FILE
 *   resolve --print sbom FORMAT   reads BASE/closure, writes BASE/out/sbom.spdx.json or sbom.cdx.json
 *   resolve --print reasons       likewise, BASE/out/reasons.json
 *   resolve --print misses        reads BASE/closure, the request and its roots, and BASE/observed, what native/observe kept of a
 *                                 run in the finished root (and BASE/observed-builder, of one in the builder), writes BASE/out/misses.json
 *   resolve --print packages      reads BASE/roots/0, a builder, writes BASE/out/packages.json
 *   resolve --print vex FILE PRODUCT  reads BASE/closure, the request, its roots and the list BASE/vulnerabilities/FILE, writes
 *                                 BASE/out/vex.json, or BASE/out/findings.json where the list is none
 *   resolve --print report [FILE]  reads BASE/closure, the request with its places, its roots and the list where one is named, writes
 *                                 BASE/out/report.txt, report.json and report.html, or BASE/out/findings.json where the list is none
 * BASE is /pith, or the value of --base.
 */
const { values, positionals } = parseArgs({
  options: { print: { type: "string" }, base: { type: "string", default: "/pith" } },
  allowPositionals: true,
});
const { base } = values;
const printKinds: readonly PrintKind[] = ["manifest", "explain", "diff"];

// One line for whoever builds; the stack of a bundle tells nobody anything.
process.on("uncaughtException", (failure: unknown) => {
  console.error(renderCrash(failure));
  process.exit(70);
});

void main();

async function main(): Promise<void> {
  switch (values.print) {
    case undefined:
      await resolve();
      break;
    case "sbom":
      await printSbom(positionals[0] === "cyclonedx" ? "cyclonedx" : "spdx");
      break;
    case "packages":
      await printPackages();
      break;
    case "vex":
      await stateVulnerabilities(positionals[0] ?? "", positionals[1]);
      break;
    case "report":
      await report(positionals[0]);
      break;
    case "misses":
      await findMisses();
      break;
    case "reasons":
      printPredicate();
      break;
    default:
      await print(printKinds.find((kind) => kind === values.print) ?? "manifest", positionals[0]);
  }
}

async function resolve(): Promise<void> {
  const request = parseClosureRequest(fs.readFileSync(`${base}/request/request.json`));
  const { epochSeconds } = request;
  const hostPaths = request.sources.map((_, index) => `${base}/roots/${index}`);
  const sources = new Map(request.sources.map((source, index) => [source.id, hostPaths[index] ?? ""]));
  const out = `${base}/out`;
  process.umask(0);
  fs.mkdirSync(`${out}/layers`, { mode: 0o755, recursive: true });
  const program = new URL(`./layer-thread${extname(process.argv[1] ?? "")}`, pathToFileURL(process.argv[1] ?? ""));
  const writer = startLayerWriter(program, { hostPath: `${out}/layers`, sources, epochSeconds });
  const { answer, manifest } = await answerRequest({
    request,
    roots: hostPaths.map(openDirectory),
    plugins: { ...allPlugins(), ...healthProbe() },
    writeLayers: async (plans) => writer.write(plans),
    findFileCapabilities(places) {
      const hostPathOf = ({ id, path }: SourcePlace): string => (sources.get(id) ?? "") + path;
      const found = readFileCapabilities(`${base}/bin/filecaps`, places.map(hostPathOf));
      return places.filter((place) => found.has(hostPathOf(place)));
    },
    secretAt(index) {
      const hostPath = `${base}/secrets/${index}`;
      return fs.existsSync(hostPath) ? fs.readFileSync(hostPath) : undefined;
    },
    beneath: findBeneath(),
    countSources: () => hostPaths.map(countFiles),
  });
  await writer.close();
  writeOut("closure.json", manifestParts(manifest), epochSeconds);
  writeOut("answer.json", [`${JSON.stringify(answer)}\n`], epochSeconds);
  for (const directory of [`${out}/layers`, out]) fs.utimesSync(directory, epochSeconds, epochSeconds);
}

function writeOut(name: string, parts: Iterable<string>, epochSeconds: number): void {
  const hostPath = `${base}/out/${name}`;
  const descriptor = fs.openSync(hostPath, "w", 0o644);
  for (const part of parts) fs.writeFileSync(descriptor, part);
  fs.closeSync(descriptor);
  fs.utimesSync(hostPath, epochSeconds, epochSeconds);
}

/** The static probe of the frontend's image: for the architecture that the image, and so this program, was built for. */
function healthProbe(): Pick<Plugins, "healthProbe"> {
  const hostPath = `${base}/bin/probe`;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return fs.existsSync(hostPath) ? { healthProbe: { architecture, read: () => fs.readFileSync(hostPath) } } : {};
}

/** The image that this one lies over, where its closure is mounted. */
function findBeneath(): ImageBeneath | undefined {
  const hostPath = `${base}/closure/closure.json`;
  if (!fs.existsSync(hostPath)) return undefined;
  const { entries } = parseManifest(fs.readFileSync(hostPath, "utf8"));
  let layers: WrittenLayers | undefined;
  return {
    entries,
    async read(entry) {
      layers ??= await openLayers();
      return layers.read(entry);
    },
  };
}

/** The layers of BASE/closure. Loaded for those who ask: a build that writes layers reads none. */
async function openLayers(): Promise<WrittenLayers> {
  const { openWrittenLayers } = await import("../adapters/layers/written-layers.ts");
  return openWrittenLayers(`${base}/closure/layers`);
}

async function print(what: PrintKind, path: string | undefined): Promise<void> {
  const placesPath = `${base}/request/places.json`;
  const layers = await openLayers();
  const printed = await printClosure({
    what,
    closure: fs.readFileSync(`${base}/closure/closure.json`, "utf8"),
    places: fs.existsSync(placesPath) ? fs.readFileSync(placesPath, "utf8") : undefined,
    ...(path === undefined ? {} : { path }),
    ...(what === "diff" ? { older: fs.readFileSync(`${base}/roots/0/${path ?? ""}`, "utf8") } : {}),
    digest(entry) {
      const bytes = layers.read(entry);
      return bytes === undefined ? undefined : digestOf("sha256", bytes);
    },
    async lookFor(asked, places) {
      const request = parseClosureRequest(fs.readFileSync(`${base}/request/request.json`));
      const roots = request.sources.map((_, index) => openDirectory(`${base}/roots/${index}`));
      return lookForPath({ request, roots, plugins: { ...allPlugins(), ...healthProbe() }, places }, asked);
    },
  });
  writePrinted(printed);
}

async function printSbom(format: "spdx" | "cyclonedx"): Promise<void> {
  // Loaded for those who ask: it has a list of all licences.
  const { printBill } = await import("../resolver/commands/print-evidence.ts");
  const read = gatheredFiles(await openLayers());
  const printed = printBill(format, {
    closure: fs.readFileSync(`${base}/closure/closure.json`, "utf8"),
    digestsOf(entry) {
      const bytes = read(entry);
      return { sha1: digestOf("sha1", bytes), sha256: digestOf("sha256", bytes) };
    },
  });
  writePrinted([printed]);
}

function printPredicate(): void {
  const places = parsePlaces(fs.readFileSync(`${base}/request/places.json`, "utf8"));
  const { entries } = parseManifest(fs.readFileSync(`${base}/closure/closure.json`, "utf8"));
  writePrinted([{ name: "reasons.json", text: printReasons(entries, places) }]);
}

async function stateVulnerabilities(name: string, product: string | undefined): Promise<void> {
  const { printVex } = await import("../resolver/commands/print-vex.ts");
  const read = gatheredFiles(await openLayers());
  const request = parseClosureRequest(fs.readFileSync(`${base}/request/request.json`));
  await writeJudged(async () => {
    const { text, diagnostics } = await printVex({
      request,
      roots: request.sources.map((_, index) => openDirectory(`${base}/roots/${index}`)),
      plugins: allPlugins(),
      closure: fs.readFileSync(`${base}/closure/closure.json`, "utf8"),
      list: { name, text: readVulnerabilities(name) },
      product,
      read,
    });
    if (text === undefined) throw new BuildError(diagnostics);
    return [{ name: "vex.json", text }];
  });
}

/** Writes what is made of a list of vulnerabilities, or in its place the findings that the list is none. */
async function writeJudged(make: () => Promise<readonly PrintedFile[]>): Promise<void> {
  try {
    writePrinted(await make());
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    writePrinted([{ name: "findings.json", text: JSON.stringify(failure.diagnostics) }]);
  }
}

async function report(name: string | undefined): Promise<void> {
  const { reportClosure } = await import("../resolver/commands/print-report.ts");
  const layers = await openLayers();
  const request = parseClosureRequest(fs.readFileSync(`${base}/request/request.json`));
  const closure = fs.readFileSync(`${base}/closure/closure.json`, "utf8");
  const indexes = new Map(request.sources.map(({ id }, index) => [id, index]));
  await writeJudged(() =>
    reportClosure({
      request,
      closure,
      roots: request.sources.map((_, index) => openDirectory(`${base}/roots/${index}`)),
      plugins: allPlugins(),
      places: parsePlaces(fs.readFileSync(`${base}/request/places.json`, "utf8")),
      image: layers.root(parseManifest(closure).layers),
      list: name === undefined ? undefined : { name, text: readVulnerabilities(name) },
      findFileCapabilities(places) {
        const hostPaths = places.map(({ id, path }) => `${base}/roots/${indexes.get(id) ?? ""}${path}`);
        const found = readFileCapabilities(`${base}/bin/filecaps`, hostPaths);
        return new Set(hostPaths.flatMap((hostPath, index) => (found.has(hostPath) ? [index] : [])));
      },
    }),
  );
}

/** The text of the list. Throws VULNERABILITIES_INVALID for one that is too large. */
function readVulnerabilities(name: string): string {
  const hostPath = `${base}/vulnerabilities/${name}`;
  if (fs.statSync(hostPath).size <= listLimitBytes) return fs.readFileSync(hostPath, "utf8");
  throw new BuildError([invalid(`cannot read ${name}: it has more than ${listLimitBytes} bytes`)]);
}

/** Reads files that layers are known to have. */
function gatheredFiles(layers: WrittenLayers): (entry: ManifestEntry) => Uint8Array {
  return (entry) => {
    const bytes = layers.read(entry);
    invariant(bytes !== undefined, `${entry.path} is not in the layer ${entry.folder}`);
    return bytes;
  };
}

function digestOf(algorithm: "sha1" | "sha256", bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

function writePrinted(printed: readonly { readonly name: string; readonly text: string }[]): void {
  fs.mkdirSync(`${base}/out`, { recursive: true });
  for (const { name, text } of printed) fs.writeFileSync(`${base}/out/${name}`, text, { mode: 0o644 });
}

async function printPackages(): Promise<void> {
  const versions = await readPackageVersions(openDirectory(`${base}/roots/0`), allPlugins().packages);
  writePrinted([{ name: "packages.json", text: `${JSON.stringify(versions)}\n` }]);
}

async function findMisses(): Promise<void> {
  const request = parseClosureRequest(fs.readFileSync(`${base}/request/request.json`));
  const run = readRun(`${base}/observed`);
  const misses = await explainRun({
    request,
    roots: request.sources.map((_, index) => openDirectory(`${base}/roots/${index}`)),
    plugins: allPlugins(),
    manifest: parseManifest(fs.readFileSync(`${base}/closure/closure.json`, "utf8")),
    run: run ?? { trace: new Uint8Array(), stdout: "", stderr: "" },
    inBuilder: readRun(`${base}/observed-builder`),
  });
  fs.mkdirSync(`${base}/out`, { recursive: true });
  writeOut("misses.json", [`${JSON.stringify({ version: 1, misses })}\n`], request.epochSeconds);
}

function readRun(hostPath: string): ObservedRun | undefined {
  if (!fs.existsSync(`${hostPath}/trace`)) return undefined;
  const [stdout = "", stderr = ""] = ["stdout", "stderr"].map((name) => fs.readFileSync(`${hostPath}/${name}`, "utf8"));
  return { trace: fs.readFileSync(`${hostPath}/trace`), stdout, stderr };
}
