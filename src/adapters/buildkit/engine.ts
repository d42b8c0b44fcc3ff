import { readFile } from "node:fs/promises";
import { type Definition } from "../../formats/llb/graph.ts";
import { type Platform } from "../../formats/oci/platform.ts";
import { normalizeReference } from "../../formats/oci/reference.ts";
import { type Engine, EngineError, type ResolvedImage, type SolveResult } from "../../frontend/engine.ts";
import { type CacheImport } from "../../plan/options.ts";
import { createClient, type GatewayClient } from "./client.ts";
import { unknownCode } from "./errors.ts";
import type * as gateway from "./gateway.gen.ts";
import { toRef } from "./ref.ts";
import { bridge, openStdio } from "./stdio.ts";
import { warn } from "./warn.ts";

/** The engine together with the connection that a result is returned on. */
export interface BuildKitEngine extends Engine {
  readonly client: GatewayClient;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The daemon gives up ten seconds after the container's start. */
const pingDeadlineMilliseconds = 15_000;

/** Where BuildKit puts the graph of the frontend's image. */
const ownImagePath = "/run/config/buildkit/metadata/frontend.bin";

/** Room for the other fields of a request. */
const requestReserveBytes = 64 * 1024;

/** Every worker says what keeps its layers, but the one that Docker made for its classic store. */
const snapshotterLabel = "org.mobyproject.buildkit.worker.snapshotter";

/** Connects to the BuildKit that started this program as a frontend, over standard input and output. */
export async function connectEngine(environment: Environment = process.env): Promise<BuildKitEngine> {
  const target = await bridge(openStdio());
  return openEngine(createClient(target), environment);
}

/** An engine on an open connection. */
export async function openEngine(client: GatewayClient, environment: Environment): Promise<BuildKitEngine> {
  const pong = await client.call("Ping", {}, { deadlineMilliseconds: pingDeadlineMilliseconds });
  const capabilities = new Set(
    [...pong.LLBCaps, ...pong.FrontendAPICaps].filter((found) => found.Enabled).map((found) => found.ID),
  );
  const has = (capability: string): boolean => capabilities.has(capability);
  const limitBytes = definitionLimit(has);
  return {
    client,
    options: readOptions(environment),
    sessionId: environment["BUILDKIT_SESSION_ID"] ?? "",
    workerPlatforms: (pong.Workers[0]?.platforms ?? []).map(toPlatform),
    keepsAttestations: has("reference.attestations") && snapshotterLabel in (pong.Workers[0]?.Labels ?? {}),
    has,
    ownImage: readOwnImage,
    solve: async (definition, options) => {
      guardSize(definition, limitBytes);
      return solve(client, {
        Definition: definition.bytes,
        CacheImports: (options?.cacheImports ?? []).map(toCacheEntry),
        Evaluate: options?.evaluate === true,
      });
    },
    solveFrontend: async (name, options, inputs, cacheImports) => {
      for (const definition of inputs.values()) guardSize(definition, limitBytes);
      return solve(client, {
        Frontend: name,
        FrontendOpt: Object.fromEntries(options),
        FrontendInputs: Object.fromEntries([...inputs].map(([key, definition]) => [key, definition.bytes])),
        CacheImports: cacheImports.map(toCacheEntry),
      });
    },
    resolveImage: async (reference, options) => resolveImage(client, has, reference, options),
    inputs: async () => {
      if (!has("frontend.inputs")) return new Map();
      const { Definitions: definitions } = await client.call("Inputs", {});
      return new Map(Object.entries(definitions).map(([name, bytes]) => [name, { bytes }]));
    },
    warn: async (warning) => {
      if (has("gateway.warnings")) await warn(client, warning);
    },
  };
}

/** `BUILDKIT_FRONTEND_OPT_<n>` variables are `key=value` in random order; values may hold `=` and line ends. */
function readOptions(environment: Environment): ReadonlyMap<string, string> {
  const pairs = Object.entries(environment)
    .filter(([name]) => name.startsWith("BUILDKIT_FRONTEND_OPT_"))
    .map(([, value = ""]): [string, string] => {
      const split = value.indexOf("=");
      return split < 0 ? [value, ""] : [value.slice(0, split), value.slice(split + 1)];
    });
  return new Map(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function toPlatform(platform: gateway.Platform): Platform {
  const { OS: os, Architecture: architecture, Variant: variant } = platform;
  return variant === "" ? { os, architecture } : { os, architecture, variant };
}

function toCacheEntry({ type, attributes }: CacheImport): gateway.CacheOptionsEntryInit {
  return { Type: type, Attrs: attributes };
}

async function readOwnImage(): Promise<Definition | undefined> {
  try {
    return { bytes: await readFile(ownImagePath) };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** BuildKit before v0.14 takes messages of 4 MiB; the capability came with the version that takes 16 MiB. */
function definitionLimit(has: Engine["has"]): number {
  const mebibytes = has("file.copy.alwaysreplaceexistingdestpaths") ? 16 : 4;
  return mebibytes * 1024 * 1024 - requestReserveBytes;
}

function guardSize({ bytes }: Definition, limitBytes: number): void {
  if (bytes.length <= limitBytes) return;
  throw new EngineError(
    `cannot send build graph: its ${bytes.length} bytes are more than the ${limitBytes} that this BuildKit takes`,
    { code: unknownCode, details: [] },
  );
}

async function solve(client: GatewayClient, request: gateway.SolveRequestInit): Promise<SolveResult> {
  const { result } = await client.call("Solve", { ...request, allowResultReturn: true, allowResultArrayRef: true });
  const refs = new Map<string, NonNullable<SolveResult["ref"]>>();
  for (const [id, found] of Object.entries(result?.refs?.refs ?? {})) {
    const ref = toRef(client, found);
    if (ref !== undefined) refs.set(id, ref);
  }
  return {
    ref: toRef(client, result?.ref),
    refs,
    metadata: new Map(Object.entries(result?.metadata ?? {})),
  };
}

async function resolveImage(
  client: GatewayClient,
  has: Engine["has"],
  reference: string,
  options: Parameters<Engine["resolveImage"]>[1],
): Promise<ResolvedImage> {
  const { ociLayout, mode, logName } = options;
  const platform: gateway.PlatformInit = {
    OS: options.platform.os,
    Architecture: options.platform.architecture,
    Variant: options.platform.variant ?? "",
  };
  const name = normalizeReference(reference);
  if (has("resolveimage")) {
    const found = await client.call("ResolveImageConfig", {
      Ref: name,
      Platform: platform,
      ResolveMode: mode,
      LogName: logName,
      ...(ociLayout === undefined
        ? {}
        : { ResolverType: 1, SessionID: ociLayout.sessionId, StoreID: ociLayout.storeId }),
    });
    return { digest: found.Digest, config: found.Config, reference: found.Ref === "" ? name : found.Ref };
  }
  const source: gateway.SourceOpInit =
    ociLayout === undefined
      ? { identifier: `docker-image://${name}` }
      : {
          identifier: `oci-layout://${name}`,
          attrs: { "oci.session": ociLayout.sessionId, "oci.store": ociLayout.storeId },
        };
  const found = await client.call("ResolveSourceMeta", {
    Source: source,
    Platform: platform,
    ResolveMode: mode,
    LogName: logName,
  });
  return {
    digest: found.Image?.Digest ?? "",
    config: found.Image?.Config ?? new Uint8Array(),
    reference: found.Source?.identifier.replace(/^[a-z-]+:\/\//u, "") ?? name,
  };
}
