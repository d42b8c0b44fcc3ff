import type { ProcessContext } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";

/** Packages of java.desktop whose classes load libraries for screens, images, fonts, printers and sound. */
const packages: readonly string[] = ["java/awt/", "javax/swing/", "javax/imageio/", "javax/print/", "javax/sound/"];

/** Bytes of classes at most that are read of one directory. */
const searchLimit = 2 ** 28;

/** True when a class below a directory names one of the packages; also where too much is in it to tell. */
export async function directoryUsesDesktop(directory: AbsPath, { root }: ProcessContext): Promise<boolean> {
  let budget = searchLimit;
  for await (const { path, stat } of walk(root, directory)) {
    if (stat.kind !== "file" || !path.endsWith(".class")) continue;
    budget -= stat.sizeBytes;
    const bytes = budget < 0 ? undefined : await root.readFile(path);
    if (bytes === undefined || namesDesktop(bytes)) return true;
  }
  return false;
}

/** True when a class names one of the packages. */
export function namesDesktop(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return packages.some((name) => text.includes(name, 0, "latin1"));
}
