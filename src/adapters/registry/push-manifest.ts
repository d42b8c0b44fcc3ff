import type { Descriptor } from "../../formats/oci/descriptor.ts";
import { describeBlob } from "../images/verify-blob.ts";
import { registryFailure } from "./failure.ts";
import { apiPath, type Repository } from "./repository.ts";

/**
 * Stores a manifest by its digest or under a tag, and tells whether the registry has noted what it refers to. Throws
 * REGISTRY_BLOB_MISSING, REGISTRY_ANSWER and what `Client.ask` throws.
 */
export async function putManifest(
  repository: Repository,
  { descriptor, bytes }: { readonly descriptor: Descriptor; readonly bytes: Uint8Array },
  reference: string,
): Promise<{ readonly knowsSubject: boolean }> {
  const doing = `store the manifest ${describeReference(reference)} in ${repository.name}`;
  const answer = await repository.client.send({
    method: "PUT",
    to: apiPath(repository, `manifests/${reference}`),
    headers: { "content-type": descriptor.mediaType },
    body: {
      sizeBytes: bytes.length,
      async *open() {
        yield bytes;
      },
    },
    isCommit: true,
    doing,
  });
  if (answer.status !== 201 && answer.status !== 200 && answer.status !== 202) {
    const failure = await repository.client.refuse(answer, doing);
    if (answer.status < 500 && failure.message.includes("(MANIFEST_BLOB_UNKNOWN")) {
      throw registryFailure("REGISTRY_BLOB_MISSING", failure.diagnostics[0]?.message ?? "", {
        cause: failure,
        isRetryable: true,
        hint: "try again: the registry deleted a part of the image meanwhile",
      });
    }
    throw failure;
  }
  await answer.discard();
  const told = answer.values("docker-content-digest")[0];
  if (told !== undefined && told !== descriptor.digest && told.split(":")[0] === descriptor.digest.split(":")[0]) {
    throw registryFailure("REGISTRY_ANSWER", `cannot ${doing}: the registry stored ${told.slice(0, 80)} in its place`);
  }
  return { knowsSubject: answer.values("oci-subject").length > 0 };
}

function describeReference(reference: string): string {
  return reference.includes(":") ? describeBlob({ digest: reference, mediaType: "", size: 0 }) : reference;
}
