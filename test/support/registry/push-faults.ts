import { carriesLayer, type Intercept, type RegistryFault } from "./faults.ts";
import { type Interception, send, sendError } from "./memory-registry.ts";

type Part = Omit<RegistryFault, "side">;

const basic = { auth: "basic" } as const;

/** Of what carries the large layer, the first `times` are lost with their session. */
const losing = (times: number): Intercept => {
  return async (seen) => {
    if (!carriesLayer(seen) || seen.nth("fault") >= times) return false;
    for await (const _ of seen.request);
    seen.registry.sessions.delete(seen.name);
    sendError(seen.response, 404, "BLOB_UPLOAD_UNKNOWN");
    return true;
  };
};

const locating =
  (location: (seen: Interception, id: string) => string): Intercept =>
  (seen) => {
    if (seen.endpoint !== "uploads" || seen.method !== "POST") return false;
    seen.request.resume();
    const id = `led-${String(seen.nth("fault"))}`;
    seen.registry.sessions.set(id, Buffer.alloc(0));
    send(seen.response, { status: 202, headers: { location: location(seen, id) } });
    return true;
  };

/** Requests that store a manifest. */
const storing =
  (times: number, answer: (seen: Interception) => void): Intercept =>
  (seen) => {
    if (seen.endpoint !== "manifests" || seen.method !== "PUT" || seen.nth("fault") >= times) return false;
    seen.request.resume();
    answer(seen);
    return true;
  };

const always = Number.POSITIVE_INFINITY;

const parts: readonly Part[] = [
  { name: "R1 push with a bearer login", expected: "recovers", options: { auth: "bearer" } },
  { name: "R14 upload lost once", expected: "recovers", intercept: losing(1) },
  {
    name: "R14 upload always lost",
    expected: "refuses",
    says: /REGISTRY_UPLOAD.*lost the upload 3 times/u,
    intercept: losing(always),
  },
  {
    name: "R14 connection broken once in an upload",
    expected: "recovers",
    intercept(seen) {
      if (!carriesLayer(seen) || seen.nth("fault") >= 1) return false;
      let length = 0;
      const chunks: Buffer[] = [];
      seen.request.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length < 500_000) return;
        seen.registry.sessions.set(seen.name, Buffer.concat(chunks));
        seen.request.removeAllListeners("data");
        seen.request.socket.resetAndDestroy();
      });
      return true;
    },
  },
  {
    name: "R14 503 at the end of an upload",
    expected: "recovers",
    intercept(seen) {
      if (seen.endpoint !== "session" || seen.method !== "PUT" || seen.nth("fault") >= 1) return false;
      seen.request.resume();
      send(seen.response, { status: 503 });
      return true;
    },
  },
  {
    name: "R14 upload in one piece only",
    expected: "recovers",
    async intercept(seen) {
      if (seen.endpoint !== "session" || seen.method !== "PATCH") return false;
      for await (const _ of seen.request);
      sendError(seen.response, 405, "UNSUPPORTED");
      return true;
    },
  },
  {
    name: "R14 no upload can be begun",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE.*answers 500/u,
    intercept(seen) {
      if (seen.endpoint !== "uploads") return false;
      seen.request.resume();
      send(seen.response, { status: 500 });
      return true;
    },
  },
  {
    name: "R8 upload that is not read",
    expected: "refuses",
    says: /REGISTRY_SLOW/u,
    isSlow: true,
    intercept: (seen) => carriesLayer(seen),
  },
  {
    name: "R15 upload on another host",
    expected: "recovers",
    options: basic,
    intercept: locating(({ registry }, id) => `http://${registry.other.host}/v2/app/blobs/uploads/${id}`),
  },
  {
    name: "R15 upload on the metadata address",
    expected: "refuses",
    says: /REGISTRY_REDIRECT/u,
    intercept: locating(() => "http://169.254.169.254/upload"),
  },
  {
    name: "R15 upload at a relative address with a query",
    expected: "recovers",
    intercept: locating((_, id) => `./${id}?_state=x%2By%3D%3D`),
  },
  {
    name: "R15 upload without an address",
    expected: "refuses",
    says: /REGISTRY_ANSWER/u,
    intercept(seen) {
      if (seen.endpoint !== "uploads") return false;
      seen.request.resume();
      send(seen.response, { status: 202 });
      return true;
    },
  },
  {
    name: "R16 429 for a manifest",
    expected: "recovers",
    intercept: storing(1, ({ response }) => send(response, { status: 429, headers: { "retry-after": "1" } })),
  },
  {
    name: "R16 403 for a manifest",
    expected: "refuses",
    says: /REGISTRY_DENIED/u,
    intercept: storing(always, ({ response }) => sendError(response, 403, "DENIED")),
  },
  {
    name: "R16 500 for every manifest",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE/u,
    intercept: storing(always, ({ response }) => send(response, { status: 500 })),
  },
  {
    name: "R16 manifest stored under another digest",
    expected: "refuses",
    says: /REGISTRY_ANSWER/u,
    intercept: storing(always, ({ response }) =>
      send(response, { status: 201, headers: { "docker-content-digest": `sha256:${"2".repeat(64)}` } }),
    ),
  },
  {
    name: "R18 blob deleted before the manifest came",
    expected: "recovers",
    intercept: (seen) => {
      if (seen.endpoint === "manifests" && seen.method === "PUT" && seen.nth("fault") === 0)
        seen.registry.blobs.clear();
      return false;
    },
  },
];

export const pushFaults: readonly RegistryFault[] = parts.map((part): RegistryFault => ({ ...part, side: "push" }));
