import type { Descriptor } from "../../formats/oci/descriptor.ts";
import type { Content } from "../images/target.ts";
import { BlobCheck, describeBlob } from "../images/verify-blob.ts";
import { backoffMilliseconds, isTransient } from "./backoff.ts";
import { ExchangeFault, registryFailure } from "./failure.ts";
import { apiPath, type Repository } from "./repository.ts";
import type { Answer } from "./transport.ts";

/** An upload that the registry knows. Its address changes with each answer. */
interface Session {
  location: URL;
  /** Bytes that the registry has. */
  offset: number;
}

type Outcome = "done" | "lost" | "no-chunks";

interface Upload {
  readonly repository: Repository;
  readonly blob: Descriptor;
  readonly content: Content;
  readonly doing: string;
  /** Over all sessions, so that bytes that are sent again are not added up again. */
  readonly check: BlobCheck;
}

/**
 * Uploads a blob (distribution-spec v1.1 section "Pushing blobs"): taken from another repository of the registry where
 * it can be; else as a stream that goes on where it broke, in a new session where the old one is lost. The digest is
 * checked before the end of the upload is told, so that wrong bytes are never stored. Throws BLOB_DIGEST,
 * REGISTRY_UPLOAD and what `Client.ask` throws.
 */
export async function pushBlob(repository: Repository, blob: Descriptor, content: Content): Promise<void> {
  const doing = `upload ${describeBlob(blob)} to ${repository.name}`;
  const { limits, clock, signal } = repository;
  const upload = { repository, blob, content, doing, check: new BlobCheck(blob, content.name) };
  let isWhole = blob.size <= limits.monolithicBytes;
  for (let session = 1; session <= limits.sessions; session++) {
    if (session > 1) await clock.sleep(backoffMilliseconds(session, clock), signal);
    const opened = await openSession(upload);
    if (opened === "mounted") return;
    let outcome = isWhole ? await sendWhole(upload, opened) : await sendStream(upload, opened);
    if (outcome === "no-chunks") {
      isWhole = true;
      const again = await openSession(upload);
      outcome = again === "mounted" ? "done" : await sendWhole(upload, again);
    }
    if (outcome === "done") return;
  }
  throw registryFailure(
    "REGISTRY_UPLOAD",
    `cannot ${doing}: the registry lost the upload ${String(limits.sessions)} times`,
    {
      hint: "try again later",
      isRetryable: true,
    },
  );
}

async function openSession({ repository, blob, content, doing }: Upload): Promise<Session | "mounted"> {
  const { client, registry, path } = repository;
  const { origin } = content;
  const isThere = origin !== undefined && origin.registry === registry && origin.repository !== path;
  const query = isThere ? `?${new URLSearchParams({ mount: blob.digest, from: origin.repository }).toString()}` : "";
  const to = apiPath(repository, `blobs/uploads/${query}`);
  const answer = await client.send({ method: "POST", to, headers: { "content-length": "0" }, doing });
  if (answer.status === 201 && isThere) {
    await answer.discard();
    return "mounted";
  }
  if (answer.status !== 202) throw await client.refuse(answer, doing);
  await answer.discard();
  return { location: client.locate(answer, new URL(to, client.base), "an upload"), offset: 0 };
}

/** All in the request that ends the upload. */
async function sendWhole(upload: Upload, session: Session): Promise<Outcome> {
  const { repository, blob, doing } = upload;
  const answer = await attempt(
    repository.client.send({
      method: "PUT",
      to: withDigest(session.location, blob.digest),
      headers: { "content-type": "application/octet-stream" },
      body: { sizeBytes: blob.size, open: () => checkedPart(upload, 0, blob.size) },
      isCommit: true,
      isRepeatable: false,
      doing,
    }),
  );
  return ended(upload, answer);
}

async function sendStream(upload: Upload, session: Session): Promise<Outcome> {
  const { repository, blob, doing } = upload;
  const { client, clock, limits, signal } = repository;
  let strikes = 0;
  while (session.offset < blob.size) {
    const start = session.offset;
    const end = Math.min(blob.size, start + limits.chunkBytes);
    const isAll = start === 0 && end === blob.size;
    const answer = await attempt(
      client.send({
        method: "PATCH",
        to: session.location,
        headers: {
          "content-type": "application/octet-stream",
          ...(isAll ? {} : { "content-range": `${String(start)}-${String(end - 1)}` }),
        },
        body: { sizeBytes: end - start, open: () => checkedPart(upload, start, end) },
        isRepeatable: false,
        doing,
      }),
    );
    if (!(answer instanceof ExchangeFault) && answer.status === 202) {
      await answer.discard();
      follow(upload, session, answer);
      session.offset = endOfRange(answer) ?? end;
      // Without a Range, or with one that says less, what is missing is sent again.
      strikes = session.offset > start ? 0 : strikes + 1;
      if (strikes > limits.tries) return "lost";
      continue;
    }
    if (!(answer instanceof ExchangeFault)) {
      if (answer.status === 405 || answer.status === 501) {
        await answer.discard();
        return "no-chunks";
      }
      const isLost = answer.status === 404 || answer.status === 410;
      if (!isLost && answer.status !== 416 && !isTransient(answer.status)) throw await client.refuse(answer, doing);
      await answer.discard();
      if (isLost) return "lost";
    } else if (answer.kind !== "broken") throw client.failureOf(answer, doing);
    if (++strikes > limits.sessions) return "lost";
    await clock.sleep(backoffMilliseconds(strikes + 1, clock), signal);
    if (!(await askForOffset(upload, session))) return "lost";
  }
  const answer = await attempt(
    client.send({
      method: "PUT",
      to: withDigest(session.location, blob.digest),
      headers: { "content-length": "0" },
      isCommit: true,
      doing,
    }),
  );
  return ended(upload, answer);
}

/** Asks how much of a broken upload the registry has; false where it does not know it any more. */
async function askForOffset(upload: Upload, session: Session): Promise<boolean> {
  const { repository, doing, check } = upload;
  const answer = await repository.client.send({ method: "GET", to: session.location, headers: {}, doing });
  await answer.discard();
  if (answer.status !== 204 && answer.status !== 202 && answer.status !== 200) return false;
  follow(upload, session, answer);
  const offset = endOfRange(answer) ?? 0;
  // More than was ever read is a mistake of the registry's.
  if (offset > check.seenBytes) return false;
  session.offset = offset;
  return true;
}

function follow({ repository }: Upload, session: Session, answer: Answer): void {
  if (answer.values("location").length === 0) return;
  session.location = repository.client.locate(answer, session.location, "an upload");
}

/** `Range: 0-99` is a hundred bytes. Registries say `0-0` for none, and for one: it is taken for none. */
function endOfRange(answer: Answer): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/u.exec(answer.values("range")[0]?.trim() ?? "")?.[1];
  if (last === undefined) return undefined;
  return last === "0" ? 0 : Number(last) + 1;
}

/** Whether the upload is stored, after the answer to its end. */
async function ended({ repository, blob, doing }: Upload, answer: Answer | ExchangeFault): Promise<Outcome> {
  const { client } = repository;
  if (answer instanceof ExchangeFault) {
    if (answer.kind !== "broken") throw client.failureOf(answer, doing);
    return (await isStored(repository, blob)) ? "done" : "lost";
  }
  if (answer.status === 201 || answer.status === 204) {
    await answer.discard();
    const told = answer.values("docker-content-digest")[0];
    if (told === undefined || told === blob.digest || !told.startsWith("sha256:")) return "done";
    throw registryFailure("REGISTRY_ANSWER", `cannot ${doing}: the registry stored ${told.slice(0, 80)}`);
  }
  if (answer.status === 404 || answer.status === 410 || isTransient(answer.status)) {
    await answer.discard();
    return (await isStored(repository, blob)) ? "done" : "lost";
  }
  throw await client.refuse(answer, doing);
}

/** Asks whether the repository has a blob. */
export async function isStored(repository: Repository, blob: Descriptor): Promise<boolean> {
  const doing = `look for ${describeBlob(blob)} in ${repository.name}`;
  const to = apiPath(repository, `blobs/${blob.digest}`);
  const answer = await repository.client.send({ method: "HEAD", to, headers: {}, doing });
  await answer.discard();
  if (answer.status === 200) {
    const size = answer.values("content-length")[0];
    return size === undefined || Number(size) === blob.size;
  }
  if (answer.status === 404) return false;
  throw await repository.client.refuse(answer, doing);
}

/**
 * The last piece of a blob is held back until its digest is known to be right: a registry never gets the whole of a
 * wrong one.
 */
async function* checkedPart({ content, check, blob }: Upload, start: number, end: number): AsyncGenerator<Uint8Array> {
  let at = start;
  let last: Uint8Array | undefined;
  if (start < end) {
    for await (const whole of content.open(start)) {
      if (last !== undefined) yield last;
      last = end < blob.size ? whole.subarray(0, end - at) : whole;
      check.update(last, at);
      at += last.length;
      if (at >= end && end < blob.size) break;
    }
  }
  if (end === blob.size) check.finish();
  if (last !== undefined) yield last;
}

function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  // Not by `searchParams`, which would write what is there in another way.
  url.search = `${url.search}${url.search === "" ? "?" : "&"}digest=${encodeURIComponent(digest)}`;
  return url;
}

/** An exchange that may break without being the end of everything. */
async function attempt(asked: Promise<Answer>): Promise<Answer | ExchangeFault> {
  try {
    return await asked;
  } catch (failure) {
    if (failure instanceof ExchangeFault) return failure;
    throw failure;
  }
}
