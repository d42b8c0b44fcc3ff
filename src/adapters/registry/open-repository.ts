import { type Descriptor, isManifestType } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes } from "../../formats/oci/manifest.ts";
import type { Target } from "../images/target.ts";
import { collectBlob, ociError } from "../images/verify-blob.ts";
import { type FoundManifest, getBlob, getManifest } from "./pull.ts";
import { putManifest } from "./push-manifest.ts";
import { addReferrer, listReferrers } from "./referrers.ts";
import { apiPath, type Repository } from "./repository.ts";
import { isStored, pushBlob } from "./upload.ts";

/** Manifests that are kept in memory are as many as fit in this. */
const keptBytes = 32 * 1024 * 1024;

/** A repository as a place to copy from and to. References are tags or digests whose form was checked. */
export function repositoryTarget(repository: Repository): Target {
  const { name, registry, path } = repository;
  const kept = new Map<string, FoundManifest>();
  let left = keptBytes;
  const keep = (found: FoundManifest): void => {
    left -= found.bytes.length;
    if (left > 0) kept.set(found.descriptor.digest, found);
  };
  const manifestOf = async (digest: string): Promise<FoundManifest> => {
    const found = kept.get(digest) ?? (await getManifest(repository, digest));
    if (found === undefined) {
      throw ociError(
        "IMAGE_SOURCE_INVALID",
        `cannot read the manifest ${digest} of ${name}: the registry does not have it`,
      );
    }
    return found;
  };
  return {
    name,
    origin: { registry, repository: path },
    async resolve(reference = "latest") {
      const found = await getManifest(repository, reference);
      if (found === undefined) return undefined;
      keep(found);
      return found.descriptor;
    },
    async *fetch(descriptor, offset = 0) {
      if (!isManifestType(descriptor.mediaType)) {
        yield* getBlob(repository, descriptor, offset);
        return;
      }
      const { bytes } = await manifestOf(descriptor.digest);
      yield bytes.subarray(offset);
    },
    referrers: async (descriptor) => listReferrers(repository, descriptor),
    async exists(descriptor) {
      if (!isManifestType(descriptor.mediaType)) return isStored(repository, descriptor);
      return (await headManifest(repository, descriptor)) === descriptor.digest;
    },
    async push(descriptor, content) {
      if (!isManifestType(descriptor.mediaType)) {
        await pushBlob(repository, descriptor, content);
        return;
      }
      if (descriptor.size > manifestLimitBytes) {
        throw ociError("IMAGE_SOURCE_INVALID", `cannot store a manifest in ${name}: it is longer than 4 MiB`);
      }
      const found = { descriptor, bytes: await collectBlob(content.open(0), descriptor, content.name) };
      const { knowsSubject } = await putManifest(repository, found, descriptor.digest);
      keep(found);
      if (!knowsSubject) await addReferrer(repository, found);
    },
    async alias(descriptor, reference) {
      await putManifest(repository, await manifestOf(descriptor.digest), reference);
    },
    async tag(descriptor, reference = descriptor.digest) {
      // By its digest it is there already.
      if (reference === descriptor.digest) return;
      await putManifest(repository, await manifestOf(descriptor.digest), reference);
    },
  };
}

async function headManifest(repository: Repository, descriptor: Descriptor): Promise<string | undefined> {
  const doing = `look for the manifest ${descriptor.digest} in ${repository.name}`;
  const to = apiPath(repository, `manifests/${descriptor.digest}`);
  const answer = await repository.client.send({ method: "HEAD", to, headers: { accept: descriptor.mediaType }, doing });
  await answer.discard();
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw await repository.client.refuse(answer, doing);
  return answer.values("docker-content-digest")[0] ?? descriptor.digest;
}
