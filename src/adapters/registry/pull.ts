import { type Descriptor, manifestTypes } from "../../formats/oci/descriptor.ts";
import { manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import { describeBlob, digestOf, ociError } from "../images/verify-blob.ts";
import { backoffMilliseconds } from "./backoff.ts";
import { readLimited } from "./bodies.ts";
import { ExchangeFault, registryFailure } from "./failure.ts";
import { apiPath, type Repository } from "./repository.ts";
import type { Answer } from "./transport.ts";

export interface FoundManifest {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * The manifest that a tag or a digest stands for; undefined where there is none. Its digest is what its bytes have,
 * whatever the registry says. Throws IMAGE_SOURCE_INVALID, BLOB_DIGEST, REGISTRY_ANSWER and what `Client.ask` throws.
 */
export async function getManifest(repository: Repository, reference: string): Promise<FoundManifest | undefined> {
  const doing = `read the manifest ${reference} of ${repository.name}`;
  const answer = await repository.client.send({
    method: "GET",
    to: apiPath(repository, `manifests/${reference}`),
    headers: { accept: manifestTypes.join(", ") },
    doing,
  });
  if (answer.status === 404) {
    await answer.discard();
    return undefined;
  }
  if (answer.status !== 200) throw await repository.client.refuse(answer, doing);
  const bytes = await readManifest(repository, answer, doing);
  const manifest = parseManifest(bytes);
  if (manifest.kind === "invalid") throw ociError("IMAGE_SOURCE_INVALID", `cannot ${doing}: ${manifest.why}`);
  const sent = answer.values("content-type")[0]?.split(";")[0]?.trim().toLowerCase();
  const mediaType = manifest.mediaType ?? sent ?? "";
  if (sent !== undefined && manifest.mediaType !== undefined && sent !== manifest.mediaType) {
    throw ociError(
      "IMAGE_SOURCE_INVALID",
      `cannot ${doing}: it says that it is ${mediaType}, and the registry ${sent}`,
    );
  }
  if (!manifestTypes.includes(mediaType)) {
    throw ociError(
      "IMAGE_SOURCE_INVALID",
      `cannot ${doing}: ${JSON.stringify(mediaType)} is no manifest that Pith knows`,
    );
  }
  const algorithm = reference.startsWith("sha512:") ? "sha512" : "sha256";
  const digest = digestOf(bytes, algorithm);
  const told = answer.values("docker-content-digest")[0];
  const wanted = reference.includes(":") ? reference : undefined;
  const other = [wanted, told].find((one) => one !== undefined && one !== digest && isOf(one, algorithm));
  if (other !== undefined)
    throw digestFailure(`cannot ${doing}: its digest is ${digest} and not ${other.slice(0, 140)}`);
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

/** A digest of another kind says nothing about this one. */
function isOf(digest: string, algorithm: string): boolean {
  return !/^[a-z0-9]+:/u.test(digest) || digest.startsWith(`${algorithm}:`);
}

function digestFailure(message: string): Error {
  return registryFailure("BLOB_DIGEST", message, {
    hint: "copy it again, or ask the registry's owner",
    isRetryable: true,
  });
}

async function readManifest(repository: Repository, answer: Answer, doing: string): Promise<Uint8Array> {
  const tooLong = () => registryFailure("REGISTRY_ANSWER", `cannot ${doing}: it is longer than 4 MiB`);
  if (Number(answer.values("content-length")[0] ?? 0) > manifestLimitBytes) {
    await answer.discard();
    throw tooLong();
  }
  try {
    return await readLimited(answer.body, manifestLimitBytes);
  } catch (failure) {
    if (failure instanceof RangeError) throw tooLong();
    if (failure instanceof ExchangeFault) throw repository.client.failureOf(failure, doing);
    throw failure;
  }
}

/** A registry that breaks every connection after a few bytes is not worth the time. */
const maximumAttempts = 50;

/**
 * The bytes of a blob from `offset` on. A download that breaks off goes on where it was, as long as each try brings
 * some bytes, and for a few tries if not. More bytes than the blob has are never read. Whoever reads has to check the
 * digest.
 */
export async function* getBlob(repository: Repository, blob: Descriptor, offset: number): AsyncGenerator<Uint8Array> {
  const { client, clock, limits, signal } = repository;
  const doing = `read ${describeBlob(blob)} of ${repository.name}`;
  let at = offset;
  let strikes = 0;
  let attempts = 0;
  while (at < blob.size || at === 0) {
    const before = at;
    const answer = await client.send({
      method: "GET",
      to: apiPath(repository, `blobs/${blob.digest}`),
      headers: at === 0 ? {} : { range: `bytes=${String(at)}-${String(blob.size - 1)}` },
      doing,
    });
    if (answer.status === 404) {
      await answer.discard();
      throw ociError("IMAGE_SOURCE_INVALID", `cannot ${doing}: the registry does not have it`);
    }
    if (answer.status !== 200 && answer.status !== 206) throw await client.refuse(answer, doing);
    const start = answer.status === 206 ? startOfRange(answer) : 0;
    if (start === undefined || start > at) throw await outOfOrder(answer, doing);
    let position: number = start;
    await checkLength(answer, blob.size - position, doing);
    let fault: ExchangeFault | undefined;
    try {
      for await (const chunk of answer.body) {
        const end: number = position + chunk.length;
        if (end > blob.size)
          throw digestFailure(`cannot ${doing}: it is longer than the ${String(blob.size)} bytes that it should have`);
        if (end > at) yield position < at ? chunk.subarray(at - position) : chunk;
        at = Math.max(at, end);
        position = end;
      }
    } catch (failure) {
      if (!(failure instanceof ExchangeFault)) throw failure;
      fault = failure;
    }
    if (at >= blob.size) return;
    if (fault?.kind === "slow") throw client.failureOf(fault, doing);
    strikes = at > before ? 1 : strikes + 1;
    attempts++;
    if (strikes >= limits.tries || attempts >= maximumAttempts) {
      throw registryFailure(
        "REGISTRY_UNAVAILABLE",
        `cannot ${doing}: it is cut after ${String(at)} of ${String(blob.size)} bytes, again and again`,
        {
          hint: "try again later",
          isRetryable: true,
        },
      );
    }
    await clock.sleep(backoffMilliseconds(strikes + 1, clock), signal);
  }
}

function startOfRange(answer: Answer): number | undefined {
  const start = /^bytes (\d{1,15})-/u.exec(answer.values("content-range")[0] ?? "")?.[1];
  return start === undefined ? undefined : Number(start);
}

async function outOfOrder(answer: Answer, doing: string): Promise<Error> {
  await answer.discard();
  return registryFailure("REGISTRY_ANSWER", `cannot ${doing}: the registry sends another part than it was asked for`);
}

/** A length that cannot be right is seen before the bytes are read. */
async function checkLength(answer: Answer, expected: number, doing: string): Promise<void> {
  const length = answer.values("content-length")[0];
  if (length === undefined || Number(length) === expected) return;
  await answer.discard();
  throw digestFailure(
    `cannot ${doing}: the registry has ${length.slice(0, 20)} bytes of it and not ${String(expected)}`,
  );
}
