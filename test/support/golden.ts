import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { parseFixture } from "./fixture.ts";

/** An example that is made of files of the repository alone, with the digests of its layers. */
export interface GoldenExample {
  readonly name: string;
  /** Build context, with `pith.yaml`. */
  readonly folder: string;
  /** The builder's root, as a fixture. */
  readonly root: string;
  /** Undefined where none were noted yet. */
  readonly diffIds: readonly string[] | undefined;
}

const golden = path.join(projectFolder, "test/golden");
const noted = z.record(z.string(), z.array(z.string()));

export function goldenExamples(): readonly GoldenExample[] {
  const digests = noted.parse(JSON.parse(fs.readFileSync(path.join(golden, "diff-ids.json"), "utf8")));
  return ["static", "python", "node"].map((name) => {
    const folder = path.join(golden, name);
    return { name, folder, root: fs.readFileSync(path.join(folder, "root.txt"), "utf8"), diffIds: digests[name] };
  });
}

/** Writes a fixture's tree, in the order of its entries: names come out of a directory by when they were made. */
export function writeFixture(folder: string, text: string, order: "first to last" | "last to first"): void {
  const entries = [...parseFixture(text)];
  if (order === "last to first") entries.reverse();
  for (const [name, { target, content, mode, mtimeSeconds = 0 }] of entries) {
    const hostPath = path.join(folder, name);
    fs.mkdirSync(path.dirname(hostPath), { recursive: true });
    if (target !== undefined) fs.symlinkSync(target, hostPath);
    else if (content === undefined) {
      fs.mkdirSync(hostPath, { recursive: true });
      fs.chmodSync(hostPath, mode ?? 0o755);
    } else {
      fs.writeFileSync(hostPath, content);
      fs.chmodSync(hostPath, mode ?? 0o644);
      fs.utimesSync(hostPath, mtimeSeconds, mtimeSeconds);
    }
  }
}
