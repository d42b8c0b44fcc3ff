import fs from "node:fs";
import path from "node:path";
import type { RegistryFault } from "./faults.ts";
import { type MemoryRegistry, password, startMemoryRegistry, user } from "./memory-registry.ts";
import { storeImage, type TestImage, testImage, writeImageLayout } from "./test-image.ts";

/** Where a client is to copy from and to, and with which login. */
export interface FaultTask {
  readonly side: "pull" | "push";
  /** `127.0.0.1:PORT/app:1`. */
  readonly reference: string;
  /** A layout: with the image under the name `1` for a push, not there for a pull. */
  readonly layout: string;
  /** The folder of a `config.json` of docker login. */
  readonly configFolder: string;
}

export interface Driven {
  readonly isFine: boolean;
  /** All that it said. */
  readonly said: string;
}

export interface FaultVerdict {
  /** Undefined: the client did what it should. */
  readonly problem: string | undefined;
  readonly said: string;
  readonly registry: MemoryRegistry;
}

/** Has a client copy an image while a registry misbehaves, and judges what came of it: the same for all clients. */
export async function runFault(
  fault: RegistryFault,
  folder: string,
  drive: (task: FaultTask) => Promise<Driven | "too long">,
): Promise<FaultVerdict> {
  const image = testImage();
  const old = testImage("old", 10);
  const { intercept } = fault;
  const registry = await startMemoryRegistry({
    ...fault.options,
    ...(intercept === undefined ? {} : { fault: (seen) => intercept(seen, image) }),
  });
  try {
    storeImage(registry, fault.side === "pull" ? image : old, "1");
    fault.prepare?.(registry, image);
    const configFolder = path.join(folder, "config");
    fs.mkdirSync(configFolder, { recursive: true });
    const auth = Buffer.from(`${user}:${password}`).toString("base64");
    fs.writeFileSync(path.join(configFolder, "config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const layout = path.join(folder, "layout");
    if (fault.side === "push") writeImageLayout(layout, image);
    const driven = await drive({ side: fault.side, reference: `${registry.host}/app:1`, layout, configFolder });
    if (driven === "too long") return { problem: "did not end", said: "", registry };
    const problem = judge(fault, { registry, image, old, layout, driven });
    return { problem, said: driven.said, registry };
  } finally {
    await registry.close();
  }
}

interface Outcome {
  readonly registry: MemoryRegistry;
  readonly image: TestImage;
  readonly old: TestImage;
  readonly layout: string;
  readonly driven: Driven;
}

function judge(
  { side, expected }: RegistryFault,
  { registry, image, old, layout, driven }: Outcome,
): string | undefined {
  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  if (registry.other.seen.some(({ headers }) => headers.authorization !== undefined))
    return "sent the login to another host";
  if (driven.said.includes(password) || driven.said.includes(auth)) return "told the password";
  if (/panic:|goroutine \d|SIGSEGV|internal error/u.test(driven.said)) return "crashed";
  if (fs.existsSync("/tmp/pith-escaped")) return "wrote outside of its place";
  if (expected === "recovers" && !driven.isFine) return "gave up";
  if (expected === "refuses" && driven.isFine) return "took it";
  if (side === "push") {
    const tagged = registry.manifests.get("app 1")?.bytes;
    const wanted = expected === "recovers" ? image.manifest : old.manifest;
    if (tagged?.equals(wanted) !== true) return "left the tag wrong";
    if (expected === "recovers" && [...image.blobs.keys()].some((one) => !registry.blobs.has(one)))
      return "left blobs out";
    return undefined;
  }
  if (expected === "refuses") return isNamed(layout) ? "left half an image under its name" : undefined;
  for (const [digest, blob] of image.blobs) {
    const location = path.join(layout, "blobs", digest.replace(":", "/"));
    if (!fs.existsSync(location) || !fs.readFileSync(location).equals(blob)) return "wrote another image";
  }
  return isNamed(layout) ? undefined : "wrote no index";
}

function isNamed(layout: string): boolean {
  const index = path.join(layout, "index.json");
  if (!fs.existsSync(index)) return false;
  return fs.readFileSync(index, "utf8").includes("sha256:");
}
