import type { Platform } from "../../oci/platform.ts";
import { normalizeReference } from "../../oci/reference.ts";
import { capability } from "../capabilities.ts";
import type { Output, SourceOp, VertexOptions } from "../state.ts";
import { type Fields, mapField, mapString, stringField } from "../wire.ts";

export interface ImageOptions extends VertexOptions {
  readonly platform: Platform;
  readonly resolveMode?: "default" | "pull" | "local";
}

export interface LocalOptions extends VertexOptions {
  /** Absent: any session of the build. */
  readonly sessionId?: string;
  readonly includePatterns?: readonly string[];
  readonly excludePatterns?: readonly string[];
  /** Paths whose links the client follows; only they are sent. */
  readonly followPaths?: readonly string[];
  /** Names the transfer snapshot to reuse; differs where the set of files differs. */
  readonly sharedKeyHint?: string;
  readonly differ?: "none" | "metadata";
}

export interface GitOptions extends VertexOptions {
  readonly ref?: string;
  readonly subdir?: string;
  readonly keepGitDir?: boolean;
  readonly knownHosts?: string;
  /** ID of the SSH agent socket; set for SSH remotes. */
  readonly sshSocket?: string;
}

export interface HttpOptions extends VertexOptions {
  /** `sha256:...` */
  readonly checksum?: string;
  readonly filename?: string;
  readonly mode?: number;
  readonly owner?: { readonly uid: number; readonly gid: number };
}

export interface OciLayoutOptions extends VertexOptions {
  readonly platform: Platform;
  readonly sessionId?: string;
  readonly storeId?: string;
}

/** An image of a registry or of the engine's own store. A short reference is completed as Docker does. */
export function sourceImage(reference: string, options: ImageOptions): Output {
  const mode = options.resolveMode ?? "default";
  return source({
    identifier: `docker-image://${normalizeReference(reference)}`,
    attributes: mode === "default" ? {} : { "image.resolvemode": mode },
    capabilities: mode === "default" ? [capability.image] : [capability.image, capability.imageResolveMode],
    options,
    platform: options.platform,
  });
}

/** A directory that the client sends, such as `context`. */
export function sourceLocal(name: string, options: LocalOptions): Output {
  const attributes: Readonly<Record<string, readonly [value: string | undefined, capability: string]>> = {
    "local.session": [options.sessionId, capability.localSession],
    // This key alone is in the singular.
    "local.includepattern": [jsonList(options.includePatterns), capability.localInclude],
    "local.excludepatterns": [jsonList(options.excludePatterns), capability.localExclude],
    "local.followpaths": [jsonList(options.followPaths), capability.localFollow],
    "local.sharedkeyhint": [options.sharedKeyHint, capability.localSharedKey],
    "local.differ": [options.differ, capability.localDiffer],
  };
  return source({ identifier: `local://${name}`, ...chosen(attributes, capability.local), options });
}

/** A commit of a Git repository. `remote` has no fragment; URL and scp-like forms are taken. */
export function sourceGit(remote: string, options: GitOptions): Output {
  const withoutScheme = remote.replace(/^[a-z+]+:\/\//u, "").replace(/^[^/@]*@/u, "");
  // `host:path` is the scp-like form unless a port number follows the colon.
  const path = /^[a-z+]+:\/\//u.test(remote) ? withoutScheme : withoutScheme.replace(":", "/");
  const fragment = options.subdir === undefined ? options.ref : `${options.ref ?? ""}:${options.subdir}`;
  const attributes: Readonly<Record<string, readonly [value: string | undefined, capability: string]>> = {
    "git.fullurl": [remote, capability.gitFullUrl],
    "git.keepgitdir": [options.keepGitDir === true ? "true" : undefined, capability.gitKeepDir],
    "git.authtokensecret": ["GIT_AUTH_TOKEN", capability.gitHttpAuth],
    "git.authheadersecret": ["GIT_AUTH_HEADER", capability.gitHttpAuth],
    "git.knownsshhosts": [options.knownHosts, capability.gitKnownHosts],
    "git.mountsshsock": [options.sshSocket, capability.gitSshSock],
  };
  const identifier = `git://${path}${fragment === undefined ? "" : `#${fragment}`}`;
  return source({ identifier, ...chosen(attributes, capability.git), options });
}

/** One file fetched over HTTP. */
export function sourceHttp(url: string, options: HttpOptions): Output {
  const attributes: Readonly<Record<string, readonly [value: string | undefined, capability: string]>> = {
    "http.checksum": [options.checksum, capability.httpChecksum],
    "http.filename": [options.filename, capability.http],
    "http.perm": [options.mode === undefined ? undefined : `0${options.mode.toString(8)}`, capability.httpPerm],
    "http.uid": [options.owner?.uid.toString(), capability.httpOwner],
    "http.gid": [options.owner?.gid.toString(), capability.httpOwner],
  };
  return source({ identifier: url, ...chosen(attributes, capability.http), options });
}

/** An image of an OCI layout that the client serves. `reference` is that of `parseLayoutReference`. */
export function sourceOciLayout(reference: string, options: OciLayoutOptions): Output {
  const attributes: Readonly<Record<string, readonly [value: string | undefined, capability: string]>> = {
    "oci.session": [options.sessionId, capability.ociLayout],
    "oci.store": [options.storeId, capability.ociLayout],
  };
  return source({
    // BuildKit reads a host and a path here, though the store alone decides.
    identifier: `oci-layout://${normalizeReference(reference)}`,
    ...chosen(attributes, capability.ociLayout),
    options,
    platform: options.platform,
  });
}

/** Fields of pb.SourceOp. */
export function encodeSource(op: SourceOp): Fields {
  return [...stringField(1, op.identifier), ...mapField(2, Object.entries(op.attributes), mapString)];
}

interface SourceParts {
  readonly identifier: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  readonly options: VertexOptions;
  readonly platform?: Platform;
}

function source({ identifier, attributes, capabilities, options, platform }: SourceParts): Output {
  const op: SourceOp = { kind: "source", identifier, attributes };
  const vertex = { op, inputs: [], options, capabilities };
  return { vertex: platform === undefined ? vertex : { ...vertex, platform }, index: 0 };
}

function chosen(
  attributes: Readonly<Record<string, readonly [value: string | undefined, capability: string]>>,
  base: string,
): Pick<SourceParts, "attributes" | "capabilities"> {
  const values: Record<string, string> = {};
  const capabilities = new Set([base]);
  for (const [key, [value, needed]] of Object.entries(attributes)) {
    if (value === undefined) continue;
    values[key] = value;
    capabilities.add(needed);
  }
  return { attributes: values, capabilities: [...capabilities] };
}

/** Go takes JSON lists here. The order stays: in exclude patterns the last match decides. */
function jsonList(values: readonly string[] | undefined): string | undefined {
  return values === undefined || values.length === 0 ? undefined : JSON.stringify(values);
}
