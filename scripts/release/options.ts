import { parseArgs } from "node:util";
import type { Machine } from "./frontend-image.ts";

/** What a release is made with. */
export interface ReleaseOptions {
  /** Also from sources that are not committed, with the notes of what is not released yet, and with a throwaway key. */
  readonly isDryRun: boolean;
  readonly folder: string | undefined;
  readonly keyFile: string | undefined;
  /** The registry, with the path before `pith`, that all goes to. */
  readonly registry: string | undefined;
  readonly architectures: readonly Machine["architecture"][];
}

export const releaseUsage = `usage: npm run release -- [--dry-run] [--output DIR] [--key FILE] [--publish REGISTRY] [--architecture NAME]...
Makes all that a release has, from this clone, into DIR: packages, programs, the frontend's image, SBOM, provenance, signatures.

  --dry-run            Also with changes that are not committed, notes of what is unreleased, and a key for this run alone.
  --output DIR         Where the files go; it must be empty. Default: .cache/release/VERSION.
  --key FILE           A private key on P-256 in PEM; PITH_KEY_PASSWORD decrypts it.
  --publish REGISTRY   Then push the image, its signature and all files to REGISTRY/pith, as localhost:5000.
  --architecture NAME  amd64 or arm64. Default: both.`;

/** Reads the words of a command line; undefined where they are wrong or ask for help. */
export function parseReleaseOptions(words: readonly string[]): ReleaseOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        "dry-run": { type: "boolean", default: false },
        output: { type: "string" },
        key: { type: "string" },
        publish: { type: "string" },
        architecture: { type: "string", multiple: true, default: ["amd64", "arm64"] },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const architectures = values.architecture.map((name) => (name === "amd64" || name === "arm64" ? name : undefined));
    const known = architectures.filter((name) => name !== undefined);
    if (values.help || known.length < architectures.length) return undefined;
    const { "dry-run": isDryRun, output: folder, key: keyFile, publish: registry } = values;
    return { isDryRun, folder, keyFile, registry: registry?.replace(/\/$/u, ""), architectures: [...new Set(known)] };
  } catch {
    return undefined;
  }
}
