import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { archive } from "./archive.ts";
import { fixtureMembers, writeTestLayout } from "./image-archive.ts";

/** Machines of layouts for several platforms: the architecture, and what ELF calls it. */
export const machines = [
  ["amd64", "x86_64"],
  ["arm64", "aarch64"],
] as const;

const indexSchema = z.looseObject({ manifests: z.array(z.looseObject({})) });

/** Writes an OCI layout of one builder for two platforms, with the program `/usr/bin/tool`. */
export function writePlatformLayout(folder: string): void {
  const manifests = machines.flatMap(([architecture, machine]) => {
    const members = fixtureMembers(`//- /usr/bin/tool 0755 elf=${machine}\n//- /usr/share/same\ntext\n`);
    writeTestLayout(folder, [archive(members)], { architecture });
    const index = indexSchema.parse(JSON.parse(fs.readFileSync(path.join(folder, "index.json"), "utf8")));
    return index.manifests.map((one) => ({ ...one, platform: { os: "linux", architecture } }));
  });
  fs.writeFileSync(path.join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
}
