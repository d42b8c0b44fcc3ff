import { z } from "zod";
import { type Descriptor, descriptorSchema, mediaTypes } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import { digestTag } from "../images/referring.ts";
import { digestOf, ociError } from "../images/verify-blob.ts";
import { readLimited } from "./bodies.ts";
import { ExchangeFault, registryFailure } from "./failure.ts";
import { type FoundManifest, getManifest } from "./pull.ts";
import { putManifest } from "./push-manifest.ts";
import { apiPath, type Repository } from "./repository.ts";

const maximumPages = 100;
const tries = 3;

const pageSchema = z.looseObject({ manifests: z.array(descriptorSchema).max(10_000) });

/**
 * Manifests whose subject is `subject`: by the registry's API, else by the tag that stands for it (distribution-spec
 * v1.1).
 */
export async function listReferrers(repository: Repository, subject: Descriptor): Promise<readonly Descriptor[]> {
  return (await askForReferrers(repository, subject)) ?? readFallback(repository, subject);
}

/** Undefined where the registry does not have the API. */
async function askForReferrers(
  repository: Repository,
  subject: Descriptor,
): Promise<readonly Descriptor[] | undefined> {
  const { client, name } = repository;
  const doing = `list what refers to ${subject.digest} in ${name}`;
  const found: Descriptor[] = [];
  let to: URL = new URL(apiPath(repository, `referrers/${subject.digest}`), client.base);
  for (let page = 0; page < maximumPages; page++) {
    const answer = await client.send({ method: "GET", to, headers: { accept: mediaTypes.index }, doing });
    if (answer.status === 404 || answer.status === 405) {
      await answer.discard();
      return undefined;
    }
    if (answer.status !== 200) throw await client.refuse(answer, doing);
    // Some registries answer every path that they do not know with a page for people.
    if (answer.values("content-type")[0]?.startsWith(mediaTypes.index) !== true) {
      await answer.discard();
      return undefined;
    }
    const parsed = pageSchema.safeParse(await readJson(repository, answer.body, doing));
    if (!parsed.success) throw registryFailure("REGISTRY_ANSWER", `cannot ${doing}: what it answers is no index`);
    found.push(...parsed.data.manifests);
    const next = /<([^<>]{1,4096})>\s*;\s*rel="?next"?/u.exec(answer.values("link")[0] ?? "")?.[1];
    if (next === undefined) return found;
    if (!URL.canParse(next, to.href) || new URL(next, to).origin !== client.base.origin) {
      throw registryFailure("REGISTRY_REDIRECT", `cannot ${doing}: the next page is on another host`);
    }
    to = new URL(next, to);
  }
  throw registryFailure("REGISTRY_ANSWER", `cannot ${doing}: it has more than ${String(maximumPages)} pages`);
}

async function readJson(repository: Repository, body: AsyncIterable<Uint8Array>, doing: string): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await readLimited(body, manifestLimitBytes)));
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined;
    if (failure instanceof ExchangeFault) throw repository.client.failureOf(failure, doing);
    if (failure instanceof RangeError)
      throw registryFailure("REGISTRY_ANSWER", `cannot ${doing}: it is longer than 4 MiB`);
    throw failure;
  }
}

/** `sha256-...`: the tag of the list where there is no API. */
function fallbackTag({ digest }: Descriptor): string {
  return digestTag(digest);
}

async function readFallback(repository: Repository, subject: Descriptor): Promise<readonly Descriptor[]> {
  const found = await getManifest(repository, fallbackTag(subject));
  if (found === undefined) return [];
  const manifest = parseManifest(found.bytes);
  if (manifest.kind === "index") return manifest.manifests;
  throw ociError("IMAGE_SOURCE_INVALID", `cannot read ${fallbackTag(subject)} of ${repository.name}: not an index`);
}

/**
 * Enters a manifest in the list of those that refer to its subject, where it has one and the registry does not keep the
 * list itself; looks whether somebody else who did the same meanwhile has overwritten it.
 */
export async function addReferrer(repository: Repository, { descriptor, bytes }: FoundManifest): Promise<void> {
  const manifest = parseManifest(bytes);
  if (manifest.kind === "invalid" || manifest.subject === undefined) return;
  const { subject, annotations } = manifest;
  const artifactType = manifest.artifactType ?? (manifest.kind === "image" ? manifest.config.mediaType : undefined);
  const referrer = {
    mediaType: descriptor.mediaType,
    digest: descriptor.digest,
    size: descriptor.size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  if ((await askForReferrers(repository, subject)) !== undefined) return;
  for (let attempt = 1; attempt <= tries; attempt++) {
    const known = await readFallback(repository, subject);
    if (known.some(({ digest }) => digest === referrer.digest)) return;
    const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...known, referrer] };
    const bytes = Buffer.from(JSON.stringify(index));
    const descriptor = { mediaType: mediaTypes.index, digest: digestOf(bytes), size: bytes.length };
    await putManifest(repository, { descriptor, bytes }, fallbackTag(subject));
  }
  const written = await readFallback(repository, subject);
  if (written.some(({ digest }) => digest === referrer.digest)) return;
  throw registryFailure(
    "REGISTRY_UPLOAD",
    `cannot enter ${referrer.digest} in ${fallbackTag(subject)} of ${repository.name}: others write it too`,
    {
      hint: "try again later",
      isRetryable: true,
    },
  );
}
