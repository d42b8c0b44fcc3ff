import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { output } from "../../scripts/lib/command.ts";
import { cycloneDxPackage, npmFolder } from "../../scripts/lib/npm-file.ts";
import { type SbomFormat } from "../../src/plan/sbom-files.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import {
  fileDigests,
  type ReadSbom,
  readCycloneDx,
  readSpdx,
  readSpdx3Files,
  schemaProblems,
  statusOf,
  trivyPurls,
  wrongMd5sums,
} from "../support/evidence.ts";
import { onOtherStores } from "../support/other-stores.ts";
import { makeProject } from "../support/project.ts";
import { type Example, examples } from "../support/run-json.ts";
import { spdxSchemas } from "../support/schemas.ts";
import { inTurn } from "../support/turn.ts";

const project = makeProject({
  "tools/base.yaml": `from: debian:trixie-slim
packages: [curl, git, openssl, sqlite3]
binaries: [curl, git, openssl, sqlite3]
`,
});

interface Image {
  readonly name: string;
  /** Merged into the example's spec. */
  readonly more?: string;
  /** Files that no package database of the builder has: compiled there, or put there by hand. */
  readonly unlisted?: readonly string[];
}

const allImages: readonly Image[] = [
  { name: "python-flask" },
  { name: "python-flask small", more: "interpreter: {stdlib: reachable}\napp: {prune: reachable}\n" },
  { name: "node-express" },
  // Made by the script of its package, and named in its configuration.
  { name: "nginx", unlisted: ["/var/www/html/index.nginx-debian.html"] },
  { name: "c-dynamic", unlisted: ["/opt/greet/bin/greet", "/opt/greet/lib/libgreeting.so.1.0"] },
  { name: "static", unlisted: ["/usr/local/bin/hello"] },
  { name: "multi-builder", unlisted: ["/usr/local/bin/checksum"] },
  { name: "adopt-dockerfile" },
  { name: "distil-image" },
  { name: "tools" },
];

/**
 * What storing decides is whether a builder's files are those of the other store: an image for each way to make one.
 */
const ofStoring = ["python-flask", "static", "adopt-dockerfile", "distil-image"];

const isOfAll = ({ name }: Image): boolean => ofStoring.includes(name);
const others = inTurn(
  allImages.filter((image) => !isOfAll(image)),
  { file: "test/engine/evidence.test.ts", nameOf: ({ name }) => name, pathOf: ({ name }) => `examples/${name}/` },
);
const images = testEngine().isInFull ? [...allImages.filter(isOfAll), ...others] : allImages.filter(isOfAll);

const at = (image: Image, name: string): string => project.path(join(image.name.replace(" ", "-"), name));

beforeAll(async () => {
  for (const image of images) await buildAll(image);
});

/** Builds the image's files and its SBOM in both formats, from one closure. */
async function buildAll(image: Image): Promise<void> {
  const example = exampleOf(image);
  const folder = image.name.replace(" ", "-");
  if (example !== undefined) {
    project.write({ [join(folder, "base.yaml")]: readFileSync(example.spec, "utf8") });
    for (const args of example.run.prepare) await dockerOutput(args, { cwd: example.folder });
  }
  mkdirSync(at(image, "context"));
  project.write({
    [join(folder, "spdx.yaml")]: `include: [base.yaml]\n${image.more ?? ""}`,
    [join(folder, "spdx3.yaml")]: `include: [base.yaml]\n${image.more ?? ""}metadata: {sbom: spdx3}\n`,
    [join(folder, "cyclonedx.yaml")]: `include: [base.yaml]\n${image.more ?? ""}metadata: {sbom: cyclonedx}\n`,
  });
  await buildTo(image, "spdx", { folder: "root", args: [] });
  await Promise.all([buildSbom(image, "spdx"), buildSbom(image, "cyclonedx")]);
}

interface Destination {
  /** Where the result goes, beside the image's specs. */
  readonly folder: string;
  /** Further options of `docker build`. */
  readonly args: readonly string[];
}

async function buildSbom(
  image: Image,
  format: SbomFormat,
  { folder, args }: Destination = { folder: "sboms", args: [] },
): Promise<void> {
  await buildTo(image, format, { folder, args: ["--target=sbom", ...args] });
}

async function buildTo(image: Image, spec: string, { folder, args }: Destination): Promise<void> {
  const example = exampleOf(image);
  await mustBuild({
    spec: at(image, `${spec}.yaml`),
    context: example?.folder ?? at(image, "context"),
    args: [...(example?.run.build ?? []), ...args, `--output=type=local,dest=${at(image, folder)}`],
  });
}

function exampleOf(image: Image): Example | undefined {
  return examples().find(({ name }) => name === image.name.split(" ")[0]);
}

function spdxOf(image: Image): ReadSbom {
  return readSpdx(readFileSync(at(image, "sboms/sbom.spdx.json"), "utf8"));
}

function cycloneDxOf(image: Image): ReadSbom {
  return readCycloneDx(readFileSync(at(image, "sboms/sbom.cdx.json"), "utf8"));
}

/** Addresses of Debian's packages, without the source package, which no other tool writes in a root. */
const ofDebian = (purls: readonly string[]): readonly string[] =>
  purls
    .filter((purl) => purl.startsWith("pkg:deb/"))
    .map((purl) => purl.replace(/&upstream=[^&]*$/u, ""))
    .toSorted();

describe.for(images)("$name", (image) => {
  test("both SBOMs have every file once, with its digest, in a part", () => {
    const shipped = fileDigests(at(image, "root"));
    expect(shipped.length).toBeGreaterThan(0);
    for (const { files, ownerOf } of [spdxOf(image), cycloneDxOf(image)]) {
      expect(files.toSorted(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))).toEqual(
        shipped,
      );
      expect(shipped.filter(([path]) => !ownerOf.has(path))).toEqual([]);
      const unlisted = shipped.filter(([path]) => ownerOf.get(path)?.startsWith("builder") === true);
      expect(unlisted.map(([path]) => path)).toEqual(image.unlisted ?? []);
    }
  });

  test("Trivy finds the packages of the SBOMs, no more and no less", async () => {
    const listed = ofDebian(spdxOf(image).purls);
    expect(ofDebian(cycloneDxOf(image).purls)).toEqual(listed);
    expect(ofDebian(await trivyPurls(at(image, "root")))).toEqual(listed);
  });

  test("dpkg reads the same packages, and its digests are those of the files", async () => {
    const admin = at(image, "admin");
    mkdirSync(join(admin, "info"), { recursive: true });
    mkdirSync(join(admin, "updates"), { recursive: true });
    writeFileSync(join(admin, "status"), statusOf(at(image, "root")));
    const format = "${Package} ${Version} ${Architecture} ${db:Status-Abbrev}\\n";
    const found = await output("dpkg-query", [`--admindir=${admin}`, "--show", `--showformat=${format}`]);
    const listed = ofDebian(spdxOf(image).purls).map(lineOfPurl);
    expect(wrongMd5sums(at(image, "root"))).toEqual([]);
    expect(
      found
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.trimEnd())
        .toSorted(),
    ).toEqual(listed.toSorted());
  });
});

test("two builds print identical SBOMs: again, and on the other store", { timeout: 600_000 }, async () => {
  const [image] = images.filter(({ name }) => name === "adopt-dockerfile");
  if (image === undefined) throw new Error("cannot find the image to build again");
  await buildSbom(image, "spdx", { folder: "again", args: ["--no-cache"] });
  const once = readFileSync(at(image, "sboms/sbom.spdx.json"), "utf8");
  expect(readFileSync(at(image, "again/sbom.spdx.json"), "utf8")).toBe(once);
  for (const one of images) {
    const digests = JSON.stringify(fileDigests(at(one, "sboms")));
    for (const other of onOtherStores(`sboms-${one.name}.json`, digests)) expect(digests).toBe(other);
  }
});

/** As dpkg-query prints it. */
function lineOfPurl(purl: string): string {
  const [, name = "", version = "", query = ""] = /^pkg:deb\/debian\/([^@]+)@([^?]+)\?(.*)$/u.exec(purl) ?? [];
  const qualifiers = new URLSearchParams(query);
  const epoch = qualifiers.get("epoch");
  const full = `${epoch === null ? "" : `${epoch}:`}${decodeURIComponent(version)}`;
  return `${decodeURIComponent(name)} ${full} ${qualifiers.get("arch") ?? ""} ii`;
}

test("every SBOM is valid by the schema of CycloneDX", { timeout: 600_000 }, async () => {
  const documents = images.map((image) => ({
    schema: "bom-1.6.SNAPSHOT.schema.json",
    file: at(image, "sboms/sbom.cdx.json"),
  }));
  expect(await schemaProblems(await npmFolder(cycloneDxPackage), documents)).toBe("");
});

test("every SBOM is valid by the schema of SPDX", { timeout: 600_000 }, async () => {
  const documents = images.map((image) => ({
    schema: "spdx-2.3.schema.json",
    file: at(image, "sboms/sbom.spdx.json"),
  }));
  expect(await schemaProblems(spdxSchemas, documents)).toBe("");
});

test("SPDX 3 has the same files, and is valid by its schema", { timeout: 600_000 }, async () => {
  const [image] = images.filter(({ name }) => name === "static");
  if (image === undefined) throw new Error("cannot find the image to describe");
  await buildSbom(image, "spdx3");
  const file = at(image, "sboms/sbom.spdx3.json");
  expect(readSpdx3Files(readFileSync(file, "utf8"))).toEqual(spdxOf(image).files);
  expect(await schemaProblems(spdxSchemas, [{ schema: "spdx-3.0.1.schema.json", file }])).toBe("");
});
