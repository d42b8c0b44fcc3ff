import type { ProcessContext } from "../../closure/model/closure.ts";
import type { Jar } from "../../formats/zip/jar.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { jarsIn } from "./native-libraries.ts";

/** Packages of java.desktop whose classes load libraries for screens, images, fonts, printers and sound. */
const packages: readonly string[] = ["java/awt/", "javax/swing/", "javax/imageio/", "javax/print/", "javax/sound/"];

const classLimit = 2 ** 24;
/** Bytes of classes at most that are read of one jar or directory. */
const searchLimit = 2 ** 28;

/** True when a class of a jar, or of a jar in it, names one of the packages; also where too much is in it to tell. */
export async function jarUsesDesktop(jar: Jar): Promise<boolean> {
  let budget = searchLimit;
  let isCut = false;
  for await (const one of jarsIn(jar, () => (isCut = true))) {
    for (const entry of one.entries) {
      if (!entry.name.endsWith(".class")) continue;
      budget -= entry.sizeBytes;
      const bytes = entry.sizeBytes > classLimit || budget < 0 ? undefined : await one.read(entry, classLimit);
      if (bytes === undefined || namesDesktop(bytes)) return true;
    }
  }
  return isCut;
}

/** The same for the classes below a directory. */
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

function namesDesktop(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return packages.some((name) => text.includes(name, 0, "latin1"));
}
