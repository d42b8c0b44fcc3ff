import type http from "node:http";
import { type Intercept, isLayer, type Prepare, type RegistryFault } from "./faults.ts";
import { digestOf, type Interception, send, sendError } from "./memory-registry.ts";
import { describe, storeManifest, type TestImage, types } from "./test-image.ts";

type Part = Omit<RegistryFault, "side">;

const basic = { auth: "basic" } as const;
const bearer = { auth: "bearer" } as const;

const challenging =
  (challenge: string): Intercept =>
  (seen) => {
    seen.request.resume();
    send(seen.response, { status: 401, headers: challenge === "" ? {} : { "www-authenticate": challenge } });
    return true;
  };

const tokens =
  (answer: (seen: Interception) => void): Intercept =>
  (seen) => {
    if (seen.endpoint !== "token") return false;
    answer(seen);
    return true;
  };

/** Of manifests that are asked for: the first `times` are answered so. */
const failing =
  (times: number, status: number, headers: Readonly<Record<string, string>> = {}): Intercept =>
  (seen) => {
    if (seen.endpoint !== "manifests" || seen.nth("fault") >= times) return false;
    send(seen.response, { status, headers, body: Buffer.from("<html><body>proxy error</body></html>") });
    return true;
  };

/** Sends forever, until the client has had enough. */
function pour(response: http.ServerResponse, head: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, head);
  // Of a question for the head alone, nothing is ever sent, so that writing would not end.
  if (response.req.method === "HEAD") {
    response.end();
    return;
  }
  const piece = Buffer.alloc(64 * 1024, 0x20);
  const go = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", go);
  };
  go();
}

const always = Number.POSITIVE_INFINITY;

const login: readonly Part[] = [
  { name: "R1 basic login", expected: "recovers", options: basic },
  { name: "R1 bearer login", expected: "recovers", options: bearer },
  { name: "R1 token that ends half-way", expected: "recovers", options: { ...bearer, firstTokenUses: 2 } },
  {
    name: "R2 401 for ever",
    expected: "refuses",
    says: /REGISTRY_DENIED/u,
    options: basic,
    intercept: challenging('Basic realm="x"'),
  },
  {
    name: "R2 401 without a challenge",
    expected: "refuses",
    says: /REGISTRY_DENIED/u,
    options: basic,
    intercept: challenging(""),
  },
  {
    name: "R2 token server fails",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE.*token server answers 500/u,
    options: bearer,
    intercept: tokens(({ response }) => send(response, { status: 500 })),
  },
  {
    name: "R2 token is no JSON",
    expected: "refuses",
    says: /REGISTRY_ANSWER/u,
    options: bearer,
    intercept: tokens(({ response }) => send(response, { status: 200, body: Buffer.from("<html>") })),
  },
  {
    name: "R2 token of line ends",
    expected: "refuses",
    says: /REGISTRY_ANSWER/u,
    options: bearer,
    intercept: tokens(({ response }) =>
      send(response, { status: 200, body: Buffer.from(JSON.stringify({ token: "a\r\nx: y" })) }),
    ),
  },
  {
    name: "R2 token without end",
    expected: "refuses",
    says: /REGISTRY_ANSWER.*more than 65536 bytes/u,
    options: bearer,
    intercept: tokens(({ response }) => pour(response)),
  },
  {
    name: "R3 realm on the metadata address",
    expected: "refuses",
    says: /REGISTRY_REDIRECT/u,
    intercept: challenging('Bearer realm="http://169.254.169.254/token",service="x"'),
  },
  {
    name: "R3 realm is a file",
    expected: "refuses",
    says: /REGISTRY_REDIRECT/u,
    intercept: challenging('Bearer realm="file:///etc/passwd",service="x"'),
  },
];

const passing: readonly Part[] = [
  { name: "R4 429 three times", expected: "recovers", intercept: failing(3, 429, { "retry-after": "1" }) },
  {
    name: "R4 429 for ever",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE.*answers 429/u,
    intercept: failing(always, 429, { "retry-after": "1" }),
  },
  {
    name: "R4 429, wait for an hour",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE.*asks to wait 3600 seconds/u,
    intercept: failing(always, 429, { "retry-after": "3600" }),
  },
  {
    name: "R4 503, wait until a date",
    expected: "recovers",
    intercept: (seen) => failing(1, 503, { "retry-after": new Date(Date.now() + 1500).toUTCString() })(seen, noImage),
  },
  { name: "R5 503 twice", expected: "recovers", intercept: failing(2, 503) },
  {
    name: "R5 500 with a page for people",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE.*answers 500$/mu,
    intercept: failing(always, 500),
  },
];

const noImage: TestImage = {
  manifest: Buffer.alloc(0),
  digest: "",
  blobs: new Map(),
  layer: "",
  config: "",
  json: { config: describe("", Buffer.alloc(0)), layers: [] },
};

/** A blob of which the head promises everything and the body ends early. */
const cutting =
  (times: number, head: (length: number) => Readonly<Record<string, string>>): Intercept =>
  (seen, image) => {
    if (!isLayer(seen, image) || seen.nth("fault") >= times) return false;
    const blob = image.blobs.get(seen.name) ?? Buffer.alloc(0);
    seen.response.writeHead(200, head(blob.length));
    seen.response.write(blob.subarray(0, 1_000_000), () => setTimeout(() => seen.response.destroy(), 20));
    return true;
  };

const replacing =
  (make: (blob: Buffer) => { readonly body: Buffer; readonly length?: number }): Intercept =>
  (seen, image) => {
    if (!isLayer(seen, image)) return false;
    const { body, length } = make(image.blobs.get(seen.name) ?? Buffer.alloc(0));
    seen.response.writeHead(200, length === undefined ? {} : { "content-length": String(length) });
    seen.response.end(body);
    return true;
  };

const blobs: readonly Part[] = [
  {
    name: "R6 blob cut once",
    expected: "recovers",
    intercept: cutting(1, (length) => ({ "content-length": String(length) })),
  },
  {
    name: "R6 blob cut once, without a length",
    expected: "recovers",
    intercept(seen, image) {
      if (!isLayer(seen, image) || seen.nth("fault") > 0) return false;
      seen.response.writeHead(200, { connection: "close" });
      seen.response.end((image.blobs.get(seen.name) ?? Buffer.alloc(0)).subarray(0, 1_000_000));
      return true;
    },
  },
  {
    name: "R6 blob always cut at one place",
    expected: "refuses",
    says: /REGISTRY_UNAVAILABLE.*is cut after 1000000 of/u,
    intercept(seen, image) {
      if (!isLayer(seen, image)) return false;
      const blob = image.blobs.get(seen.name) ?? Buffer.alloc(0);
      const start = Number(/^bytes=(\d+)-/u.exec(seen.headers.range ?? "")?.[1] ?? 0);
      const range = start === 0 ? {} : { "content-range": `bytes ${start}-${blob.length - 1}/${blob.length}` };
      seen.response.writeHead(start === 0 ? 200 : 206, { ...range, "content-length": String(blob.length - start) });
      seen.response.write(blob.subarray(start, Math.max(start, 1_000_000)), () =>
        setTimeout(() => seen.response.destroy(), 20),
      );
      return true;
    },
  },
  {
    name: "R6 blob cut once, ranges ignored",
    expected: "recovers",
    intercept(seen, image) {
      if (cutting(1, (length) => ({ "content-length": String(length) }))(seen, image) === true) return true;
      if (!isLayer(seen, image)) return false;
      send(seen.response, { status: 200, body: image.blobs.get(seen.name) ?? Buffer.alloc(0) });
      return true;
    },
  },
  {
    name: "R6 blob cut once, another part sent then",
    expected: "refuses",
    says: /REGISTRY_ANSWER.*another part/u,
    intercept(seen, image) {
      if (cutting(1, (length) => ({ "content-length": String(length) }))(seen, image) === true) return true;
      if (!isLayer(seen, image)) return false;
      const body = (image.blobs.get(seen.name) ?? Buffer.alloc(0)).subarray(2_000_000);
      send(seen.response, { status: 206, headers: { "content-range": "bytes 2000000-2999999/3000000" }, body });
      return true;
    },
  },
  {
    name: "R7 one bit of a blob flipped",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    intercept: replacing((blob) => {
      const body = Buffer.from(blob);
      body[1000] = (body[1000] ?? 0) ^ 1;
      return { body, length: body.length };
    }),
  },
  {
    name: "R7 blob longer than it should be",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    intercept: replacing((blob) => ({ body: Buffer.concat([blob, Buffer.from("more")]) })),
  },
  {
    name: "R7 blob of another length",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    intercept: replacing(() => ({ body: Buffer.from("short"), length: 5 })),
  },
  {
    name: "R7 blob without end",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    intercept(seen, image) {
      if (!isLayer(seen, image)) return false;
      pour(seen.response);
      return true;
    },
  },
  {
    name: "R7 blob not there",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID/u,
    intercept(seen, image) {
      if (!isLayer(seen, image)) return false;
      sendError(seen.response, 404, "BLOB_UNKNOWN");
      return true;
    },
  },
  {
    name: "R8 blob drips",
    expected: "refuses",
    says: /REGISTRY_SLOW/u,
    isSlow: true,
    intercept(seen, image) {
      if (!isLayer(seen, image)) return false;
      const blob = image.blobs.get(seen.name) ?? Buffer.alloc(0);
      seen.response.writeHead(200, { "content-length": String(blob.length) });
      let at = 0;
      const timer = setInterval(() => seen.response.write(blob.subarray(at, ++at)), 50);
      seen.response.on("close", () => clearInterval(timer));
      return true;
    },
  },
  {
    name: "R8 blob falls silent in the middle",
    expected: "refuses",
    says: /REGISTRY_SLOW/u,
    isSlow: true,
    intercept(seen, image) {
      if (!isLayer(seen, image)) return false;
      const blob = image.blobs.get(seen.name) ?? Buffer.alloc(0);
      seen.response.writeHead(200, { "content-length": String(blob.length) });
      seen.response.write(blob.subarray(0, 1_000_000));
      return true;
    },
  },
  {
    name: "R8 head never comes",
    expected: "refuses",
    says: /REGISTRY_SLOW/u,
    isSlow: true,
    intercept: (seen, image) => isLayer(seen, image),
  },
];

const redirecting =
  (location: (seen: Interception) => string): Intercept =>
  (seen, image) => {
    if (!isLayer(seen, image)) return false;
    send(seen.response, { status: 307, headers: { location: location(seen) } });
    return true;
  };

const redirects: readonly Part[] = [
  {
    name: "R9 blob on another host",
    expected: "recovers",
    options: basic,
    intercept: redirecting(({ registry, url }) => `http://${registry.other.host}${url}`),
  },
  {
    name: "R9 blob on another host that wants a login",
    expected: "refuses",
    says: /REGISTRY_DENIED/u,
    options: basic,
    intercept: redirecting(({ registry }) => `http://${registry.other.host}/needs-login`),
  },
  {
    name: "R9 redirect to itself",
    expected: "refuses",
    says: /REGISTRY_REDIRECT.*redirects more than 5 times/u,
    options: basic,
    intercept: redirecting(({ url }) => url),
  },
  {
    name: "R9 twenty redirects",
    expected: "refuses",
    says: /REGISTRY_REDIRECT/u,
    options: basic,
    intercept: redirecting(({ url, nth }) => `${url.split("?")[0] ?? ""}?hop=${String(nth("fault"))}`),
  },
  {
    name: "R9 redirect to a file",
    expected: "refuses",
    says: /REGISTRY_REDIRECT/u,
    intercept: redirecting(() => "file:///etc/passwd"),
  },
  {
    name: "R9 redirect to the metadata address",
    expected: "refuses",
    says: /REGISTRY_REDIRECT/u,
    intercept: redirecting(() => "http://169.254.169.254/x"),
  },
];

/** The manifest of the tag is other bytes, with a digest that is right for them. */
const manifest =
  (make: (image: TestImage) => string | Buffer): Prepare =>
  (registry, image) => {
    storeManifest(registry, { bytes: Buffer.from(make(image)), mediaType: types.manifest }, "1");
  };

const withLayer = (change: (layer: object) => string): Prepare =>
  manifest((image) =>
    image.manifest.toString().replace(JSON.stringify(image.json.layers[1]), change(image.json.layers[1] ?? {})),
  );

const manifests: readonly Part[] = [
  ...(
    [
      ["with a path in it", "sha256:../../../../../../tmp/pith-escaped"],
      ["that is short", "sha256:abcdef"],
      ["in upper case", `sha256:${"A".repeat(64)}`],
      ["of MD5", `md5:${"a".repeat(32)}`],
    ] as const
  ).map(
    ([what, digest]): Part => ({
      name: `R10 digest ${what}`,
      expected: "refuses",
      says: /IMAGE_SOURCE_INVALID/u,
      prepare: withLayer((layer) => JSON.stringify({ ...layer, digest })),
    }),
  ),
  ...(
    [
      ["-1", "-1"],
      ["2^53", "9007199254740992"],
      ["1e999", "1e999"],
    ] as const
  ).map(
    ([what, size]): Part => ({
      name: `R7 layer of size ${what}`,
      expected: "refuses",
      says: /IMAGE_SOURCE_INVALID/u,
      prepare: withLayer((layer) => JSON.stringify({ ...layer, size: 0 }).replace('"size":0', `"size":${size}`)),
    }),
  ),
  {
    name: "R7 layer of another size",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    prepare: withLayer((layer) => JSON.stringify({ ...layer, size: 17 })),
  },
  {
    name: "R11 image and index at once",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID.*at once/u,
    prepare: manifest((image) => JSON.stringify({ ...image.json, schemaVersion: 2, manifests: [] })),
  },
  {
    name: "R11 other content type than it says",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID/u,
    prepare: (registry, image) => storeManifest(registry, { bytes: image.manifest, mediaType: types.index }, "1"),
  },
  {
    name: "R11 no layers",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID/u,
    prepare: manifest(({ json }) =>
      JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config: json.config }),
    ),
  },
  {
    name: "R11 no JSON",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID.*not JSON/u,
    prepare: manifest(() => "<html></html>"),
  },
  {
    name: "R11 cut JSON",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID/u,
    prepare: manifest((image) => image.manifest.subarray(0, 200)),
  },
  {
    name: "R11 manifest of 100 MiB",
    expected: "refuses",
    says: /REGISTRY_ANSWER.*longer than 4 MiB/u,
    intercept(seen) {
      if (seen.endpoint !== "manifests") return false;
      pour(seen.response, { "content-type": types.manifest });
      return true;
    },
  },
  {
    name: "R11 a name twice",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID.*twice/u,
    prepare: manifest((image) => image.manifest.toString().replace(/\}$/u, ',"layers":[]}')),
  },
  {
    name: "R11 nested 200,000 deep",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID.*too deep/u,
    prepare: manifest((image) =>
      image.manifest.toString().replace(/\}$/u, `,"x":${"[".repeat(200_000)}${"]".repeat(200_000)}}`),
    ),
  },
  {
    name: "R7 manifest with another digest than told",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    intercept(seen, image) {
      if (seen.endpoint !== "manifests") return false;
      const headers = { "content-type": types.manifest, "docker-content-digest": `sha256:${"1".repeat(64)}` };
      send(seen.response, { status: 200, headers, body: image.manifest, isHead: seen.method === "HEAD" });
      return true;
    },
  },
  {
    name: "R7 manifest with another digest than an index names, and none told",
    expected: "refuses",
    says: /BLOB_DIGEST.*the manifest sha256:1/u,
    prepare(registry, image) {
      const digest = `sha256:${"1".repeat(64)}`;
      const platform = { os: "linux", architecture: "amd64" };
      const manifests = [{ ...describe(types.manifest, image.manifest), digest, platform }];
      const index = { schemaVersion: 2, mediaType: types.index, manifests };
      registry.manifests.set("app 1", { bytes: Buffer.from(JSON.stringify(index)), mediaType: types.index });
    },
    intercept(seen, image) {
      if (seen.endpoint !== "manifests" || !seen.name.startsWith("sha256:1111")) return false;
      const headers = { "content-type": types.manifest };
      send(seen.response, { status: 200, headers, body: image.manifest, isHead: seen.method === "HEAD" });
      return true;
    },
  },
];

/** An index that is served for its own digest, which nobody can make: whoever believes it goes in circles. */
const cycle: Prepare = (registry) => {
  const digest = `sha256:${"c".repeat(64)}`;
  const manifest = { mediaType: types.index, digest, size: 400 };
  const text = JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [manifest] });
  const stored = { bytes: Buffer.from(text.padEnd(400)), mediaType: types.index };
  registry.manifests.set("app 1", stored);
  registry.manifests.set(`app ${digest}`, stored);
};

const nest: Prepare = (registry, image) => {
  let inner: object = { ...describe(types.manifest, image.manifest), platform: { os: "linux", architecture: "amd64" } };
  for (let depth = 0; depth < 5; depth++) {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [inner] }));
    storeManifest(registry, { bytes, mediaType: types.index }, "1");
    inner = { ...describe(types.index, bytes), platform: { os: "linux", architecture: "amd64" } };
  }
};

const indexes: readonly Part[] = [
  { name: "R13 index that holds itself", expected: "refuses", says: /BLOB_DIGEST/u, prepare: cycle },
  {
    name: "R13 indexes nested five deep",
    expected: "refuses",
    says: /IMAGE_SOURCE_INVALID.*nested too deep/u,
    prepare: nest,
  },
  {
    name: "R13 index whose image is another",
    expected: "refuses",
    says: /BLOB_DIGEST/u,
    prepare(registry, image) {
      const child = { ...describe(types.manifest, image.manifest), platform: { os: "linux", architecture: "amd64" } };
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [child] }));
      storeManifest(registry, { bytes, mediaType: types.index }, "1");
      const other = Buffer.from(image.manifest.toString().replace("gzip", "zstd"));
      registry.manifests.set(`app ${digestOf(image.manifest)}`, { bytes: other, mediaType: types.manifest });
    },
  },
];

export const pullFaults: readonly RegistryFault[] = [
  ...login,
  ...passing,
  ...blobs,
  ...redirects,
  ...manifests,
  ...indexes,
].map((part): RegistryFault => ({ ...part, side: "pull" }));
