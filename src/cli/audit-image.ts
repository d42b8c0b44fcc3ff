import path from "node:path";
import { type Audit, auditTree, type VulnerabilityList } from "../inspect/audit/audit.ts";
import type { ComparedImage } from "../inspect/audit/comparison.ts";
import { manifestFiles } from "../inspect/audit/manifest-files.ts";
import type { ManifestFile } from "../inspect/audit/stated-file.ts";
import { allPackages } from "../resolver/plugins.ts";
import type { Call } from "./command.ts";
import { readImageReasons } from "./image-reasons.ts";
import { openImage } from "./open-image.ts";

interface Auditing {
  /** The facts of a manifest that the call names; undefined: those beside or in the image. */
  readonly stated?: ReadonlyMap<string, ManifestFile> | undefined;
  readonly vulnerabilities: VulnerabilityList | undefined;
}

/** Audits what an operand names. Throws what `openImage` throws. */
export async function auditImage(
  call: Call,
  text: string,
  { stated, vulnerabilities }: Auditing,
): Promise<{ readonly audit: Audit; readonly layerBytes: ComparedImage["layerBytes"] }> {
  const tree = await openImage(call, text);
  try {
    const { entrypoint, cmd, env } = tree.settings;
    const entries = stated === undefined ? await readImageReasons(tree) : undefined;
    const known = entries === undefined ? stated : manifestFiles({ entries });
    const audit = await auditTree({
      name: path.basename(text) || text,
      root: tree.whole,
      databases: allPackages,
      command: [...entrypoint, ...cmd],
      searchPath: env["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      tellsFileCapabilities: !tree.source.startsWith("dir:"),
      ...(tree.identity === undefined ? {} : { identity: tree.identity }),
      ...(known === undefined ? {} : { stated: known }),
      ...(vulnerabilities === undefined ? {} : { vulnerabilities }),
    });
    return { audit, layerBytes: tree.layerBytes };
  } finally {
    tree.close();
  }
}
