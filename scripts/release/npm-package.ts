import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Command } from "../../src/cli/command.ts";
import { projectFolder } from "../lib/project.ts";
import { type ArchivedFile, packArchive } from "./archive.ts";
import { manPages } from "./man-pages.ts";
import { printSpecTypes } from "./spec-types.ts";

/** The name of the package of npm. The program in it is `pith`. */
export const packageName = "pith-image";

const manifestSchema = z.object({
  description: z.string(),
  license: z.string(),
  engines: z.record(z.string(), z.string()),
});

const schemas = ["pith.schema.json", "lock-v1.schema.json", "reasons-v1.schema.json"];

/** The package's manifest: it has no scripts, so nothing runs while it is installed, and no dependencies. */
export function printManifest(version: string, manuals: readonly string[]): string {
  const text = readFileSync(join(projectFolder, "package.json"), "utf8");
  const { description, license, engines } = manifestSchema.parse(JSON.parse(text));
  const manifest = {
    name: packageName,
    version,
    description,
    license,
    engines,
    keywords: ["buildkit", "docker", "oci", "distroless", "sbom", "container", "image"],
    bin: { pith: "pith.cjs" },
    man: manuals.map((name) => `./${name}`),
    main: "index.cjs",
    types: "index.d.ts",
    exports: {
      ".": { types: "./index.d.ts", default: "./index.cjs" },
      "./schema/*.json": "./schema/*.json",
      "./package.json": "./package.json",
    },
    files: ["*"],
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

const library = `"use strict";
exports.schema = require("./schema/pith.schema.json");
exports.version = require("./package.json").version;
`;

const declarations = `/** The JSON Schema of the spec. */
export declare const schema: { readonly [key: string]: unknown };
/** The version of this package. */
export declare const version: string;

`;

/** The tools that `pith try` runs on a machine: `folder` has all that were compiled for it. */
export function hostToolFiles(machine: string, folder: string): readonly ArchivedFile[] {
  return ["enter", "observe"].map((name) => ({
    name: `tools/linux-${machine}/${name}`,
    bytes: readFileSync(join(folder, name)),
    isProgram: true,
  }));
}

/** Packs the package of npm: the command line in one file, the types of the spec, and its schemas. */
export function packNpmPackage(
  version: string,
  parts: {
    readonly bundles: string;
    readonly sbom: string;
    readonly tools: readonly ArchivedFile[];
    readonly commands: readonly Command[];
  },
): Uint8Array {
  const ofProject = (name: string): ArchivedFile => ({ name, bytes: readFileSync(join(projectFolder, name)) });
  const text = (name: string, content: string): ArchivedFile => ({ name, bytes: Buffer.from(content) });
  const schemaText = readFileSync(join(projectFolder, "schema/pith.schema.json"), "utf8");
  const program = readFileSync(join(parts.bundles, "cli.js"));
  const manuals = manPages(parts.commands, version).map((page) => text(`man/${page.name}`, page.text));
  return packArchive([
    text(
      "package.json",
      printManifest(
        version,
        manuals.map(({ name }) => name),
      ),
    ),
    { name: "pith.cjs", bytes: program, isProgram: true },
    ...manuals,
    ...parts.tools,
    text("index.cjs", library),
    text("index.d.ts", declarations + printSpecTypes(schemaText)),
    ...schemas.map((name) => ofProject(`schema/${name}`)),
    ...["LICENSE", "README.md"].map(ofProject),
    { name: "THIRD-PARTY-NOTICES.txt", bytes: readFileSync(join(parts.bundles, "THIRD-PARTY-NOTICES.txt")) },
    text("sbom.spdx.json", parts.sbom),
  ]);
}
