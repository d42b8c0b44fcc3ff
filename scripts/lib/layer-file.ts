import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, statSync } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { output } from "./command.ts";
import type { LayerFile } from "./oci-push.ts";

/** Compresses a tar file beside itself and returns the layer that it makes. */
export async function compressTar(tarFile: string): Promise<LayerFile> {
  const inner = createHash("sha256");
  const outer = createHash("sha256");
  const hostPath = `${tarFile}.gz`;
  await pipeline(
    createReadStream(tarFile),
    tee(inner),
    createGzip({ level: 3 }),
    tee(outer),
    createWriteStream(hostPath),
  );
  return {
    hostPath,
    size: statSync(hostPath).size,
    digest: `sha256:${outer.digest("hex")}`,
    diffId: `sha256:${inner.digest("hex")}`,
  };
}

/** Packs a folder as a layer whose bytes depend on its contents alone. */
export async function packFolder(folder: string, tarFile: string, epochSeconds: number): Promise<LayerFile> {
  await output("tar", [
    "--sort=name",
    `--mtime=@${epochSeconds}`,
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--format=posix",
    "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime",
    "-cf",
    tarFile,
    "-C",
    folder,
    ".",
  ]);
  return compressTar(tarFile);
}

function tee(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
