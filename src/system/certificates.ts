import type { Feature, FeatureContext, FeatureYield } from "../closure/model/feature.ts";
import { speaksTls } from "../dlopen/speaks-tls.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";

const debianBundle = toAbsPath("/etc/ssl/certs/ca-certificates.crt");

/** Bundles where Debian and Alpine, Red Hat, SUSE, and small images of Alpine have them. */
const bundles = [
  debianBundle,
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/ca-bundle.pem",
  // Alpine's small images have nothing but this; elsewhere it is a link to one of the others.
  "/etc/ssl/cert.pem",
].map((path) => toAbsPath(path));

/** Names that TLS libraries were built to look at: OpenSSL's directory, and Red Hat's single file. */
const doors = ["/usr/lib/ssl/cert.pem", "/usr/lib/ssl/certs", "/etc/pki/tls/cert.pem", "/etc/pki/tls/certs"].map(
  (path) => toAbsPath(path),
);

/** Where Debian's package keeps each authority; its bundle is made of them when the package is configured. */
const authorities = toAbsPath("/usr/share/ca-certificates");

const why = "trusts the certificate authorities in it";
const pemLimit = 2 ** 20;

/**
 * The bundle of certificate authorities, the names that libraries look for it by, and extra certificates at its end.
 */
export const certificates: Feature = {
  name: "certificates",
  pointer: "/system/certificates",
  async *apply(context): AsyncIterable<FeatureYield> {
    const { certificates: wanted } = context.request.system;
    if (wanted === false || (wanted === "auto" && !(await anySpeaksTls(context)))) return;
    const found = await existing(context.root, bundles);
    const [first] = found;
    if (Array.isArray(wanted)) yield* addExtra(context, wanted, first);
    else if (first === undefined) {
      const content = await joinAuthorities(context.root);
      if (content !== "") yield makeBundle(debianBundle, content);
      // With `auto` the image is no worse than its builder.
      else if (wanted === true) yield missing();
      if (content === "") return;
    }
    for (const path of [...found, ...(await existing(context.root, doors))]) {
      yield { need: { path, role: "file", evidence: "rule", why, optional: true } };
    }
  },
};

async function anySpeaksTls({ objects }: FeatureContext): Promise<boolean> {
  for (const { elf } of objects) {
    if (await speaksTls(elf)) return true;
  }
  return false;
}

async function existing(root: RootFs, paths: readonly AbsPath[]): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const path of paths) {
    const resolved = await resolveLinks(root, path);
    if (resolved !== undefined && resolved !== "loop") found.push(path);
  }
  return found;
}

async function* addExtra(
  { root, context }: FeatureContext,
  names: readonly string[],
  bundle: AbsPath | undefined,
): AsyncIterable<FeatureYield> {
  const resolved = bundle === undefined ? undefined : await resolveLinks(root, bundle);
  const path = resolved === undefined || resolved === "loop" ? debianBundle : resolved.real;
  const parts = [bundle === undefined ? await joinAuthorities(root) : await readText(root, path)];
  for (const name of names) {
    const text = context === undefined ? "" : await readText(context, toAbsPath(name));
    if (text.includes("-----BEGIN ")) parts.push(text);
    else yield unreadable(name);
  }
  yield makeBundle(path, joinTexts(parts));
}

/** The bundle of a root in which the package was only unpacked: what its configuration would have written. */
async function joinAuthorities(root: RootFs): Promise<string> {
  const paths: AbsPath[] = [];
  for await (const { path, stat } of walk(root, authorities)) {
    if (stat.kind === "file" && path.endsWith(".crt")) paths.push(path);
  }
  const texts: string[] = [];
  for (const path of paths.toSorted(compareBytes)) texts.push(await readText(root, path));
  return joinTexts(texts);
}

function joinTexts(texts: readonly string[]): string {
  return texts.map((text) => (text === "" || text.endsWith("\n") ? text : `${text}\n`)).join("");
}

function makeBundle(path: AbsPath, content: string): FeatureYield {
  return { generated: { path, kind: "file", mode: 0o644, uid: 0, gid: 0, why, content } };
}

async function readText(root: RootFs, path: AbsPath): Promise<string> {
  return new TextDecoder().decode((await root.readFile(path, { offset: 0, length: 8 * pemLimit })) ?? new Uint8Array());
}

function missing(): FeatureYield {
  return {
    finding: {
      severity: "error",
      code: "CERTIFICATES_MISSING",
      message: "cannot add certificates: the builder has no bundle of certificate authorities",
      hint: "add ca-certificates to the builder's `packages`",
    },
  };
}

function unreadable(name: string): FeatureYield {
  return {
    finding: {
      severity: "error",
      code: "CERTIFICATES_MISSING",
      message: `cannot add the certificates of ${name}: no PEM file of that name in the build context`,
      hint: "name a PEM file relative to the build context",
    },
  };
}
