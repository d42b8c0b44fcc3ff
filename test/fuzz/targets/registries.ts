import { setImmediate } from "node:timers/promises";
import { openClient } from "../../../src/adapters/registry/client.ts";
import { systemClock } from "../../../src/adapters/registry/clock.ts";
import { defaultLimits } from "../../../src/adapters/registry/limits.ts";
import { repositoryTarget } from "../../../src/adapters/registry/open-repository.ts";
import type { Answer, Exchange, Transport } from "../../../src/adapters/registry/transport.ts";
import { BuildError } from "../../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../../src/diagnostics/render.ts";
import { mediaTypes } from "../../../src/formats/oci/descriptor.ts";
import { digestOf } from "../../support/registry/memory-registry.ts";
import { must, type Target } from "../target.ts";

const password = "s3cret-of-the-tests";
const secrets = [password, Buffer.from(`tester:${password}`).toString("base64")];
const separator = "\n====\n";
const layer = Buffer.from("a layer");
const config = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}');
const blob = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: mediaTypes.manifest,
  config: blob(mediaTypes.config, config),
  layers: [blob(mediaTypes.layer, layer)],
});
const index = JSON.stringify({
  schemaVersion: 2,
  mediaType: mediaTypes.index,
  manifests: [
    { ...blob(mediaTypes.manifest, Buffer.from(manifest)), platform: { os: "linux", architecture: "amd64" } },
  ],
});
const found = `200\ncontent-type: ${mediaTypes.manifest}\ndocker-content-digest: ${digestOf(Buffer.from(manifest))}\n\n${manifest}`;
const challenge =
  '401\nwww-authenticate: Bearer realm="https://auth.example.com/token",service="registry.example.com"\n\n';
const token =
  '200\ncontent-type: application/json\n\n{"token":"a-token","expires_in":60,"issued_at":"2026-01-01T00:00:00Z"}';
const body = `200\ncontent-length: ${String(layer.length)}\n\n${layer.toString()}`;
const session = "202\nlocation: /v2/app/blobs/uploads/1?x=y\nrange: 0-0\ndocker-upload-uuid: 1\n\n";

interface Step {
  readonly what: string;
  readonly answers: readonly string[];
}

/** What a client asks for, and answers that please it. */
const steps: readonly Step[] = [
  { what: "resolve", answers: [challenge, token, found] },
  { what: "resolve", answers: [`200\ncontent-type: ${mediaTypes.index}\n\n${index}`] },
  { what: "fetch", answers: ["307\nlocation: https://blobs.example.net/x?y=z\n\n", body] },
  { what: "fetch", answers: ["429\nretry-after: 1\n\n", `206\ncontent-range: bytes 0-6/7\n\n${layer.toString()}`] },
  {
    what: "referrers",
    answers: [`200\ncontent-type: ${mediaTypes.index}\nlink: </v2/app/referrers/x?n=1>; rel="next"\n\n${index}`],
  },
  { what: "exists", answers: ["404\n\n", "200\ncontent-length: 7\n\n"] },
  { what: "push", answers: ["404\n\n", session, "201\nlocation: /v2/app/blobs/x\n\n"] },
  {
    what: "push",
    answers: ["404\n\n", "401\nwww-authenticate: Basic realm=x\n\n", session, "416\nrange: 0-3\n\n", "201\n\n"],
  },
  {
    what: "push manifest",
    answers: ['400\nwarning: 299 - "old"\n\n{"errors":[{"code":"MANIFEST_INVALID","message":"no"}]}', "201\n\n"],
  },
];

/**
 * Answers of a registry, in the order in which they are given; the last one is given for ever. Whatever they say, what
 * comes of it is a value or a finding, a password goes to the registry's own domain alone, and no message shows it.
 */
export const registryAnswers: Target = {
  name: "registry answers",
  seeds: steps.map(({ what, answers }) => Buffer.from([what, ...answers].join(separator))),
  words: [
    separator,
    ...new Set(steps.flatMap(({ what, answers }) => [what, ...answers])),
    "location: ",
    "location: http://169.254.169.254/\n",
    "content-length: ",
    "content-range: bytes ",
    "range: ",
    "retry-after: ",
    "link: <",
    "www-authenticate: ",
    "docker-content-digest: ",
    "oci-subject: ",
    "\n\n",
    "null",
    "{",
    "[",
  ],
  async run(bytes) {
    const [what = "", ...answers] = bytes.toString("latin1").split(separator);
    const asked: string[] = [];
    try {
      asked.push(await ask(what, scripted(answers, asked)));
    } catch (failure) {
      if (!(failure instanceof BuildError)) throw failure;
      const said = renderText(failure.diagnostics, []);
      must(!secrets.some((secret) => said.includes(secret)), "no message shows a password");
      // oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
      must(!/[\0-\x08\x0b-\x1f\x7f-\x9f]/u.test(said), "nothing unprintable is said");
      asked.push(failure.diagnostics.map(({ code }) => code).join(" "));
    }
    return `${what.slice(0, 20)} ${asked.join(" ")}`;
  },
};

const callLimit = 200;

function scripted(answers: readonly string[], asked: string[]): Transport {
  let next = 0;
  return {
    async send(exchange) {
      checkExchange(exchange);
      must(next < callLimit, "questions end");
      asked.push(exchange.method);
      if (exchange.body !== undefined) for await (const _ of exchange.body.open()) continue;
      return answerOf(answers[Math.min(next++, answers.length - 1)] ?? "404\n\n");
    },
    close: async () => Promise.resolve(),
  };
}

function checkExchange({ url, headers }: Exchange): void {
  const sent = `${url.href} ${JSON.stringify(headers)}`;
  const isOwn = url.protocol === "https:" && /^(?:[^/]*\.)?example\.com$/u.test(url.hostname);
  must(isOwn || !secrets.some((secret) => sent.includes(secret)), "a password stays in its domain");
  must(isOwn || headers["authorization"] === undefined, "a token stays in its domain");
  must(url.protocol === "https:" && url.hostname !== "169.254.169.254", "nothing leads out of TLS, or to metadata");
  // oxlint-disable-next-line no-control-regex -- these are what must not get into a header
  must(!/[\0-\x1f\x7f]/u.test(Object.values(headers).join("")), "headers are lines");
}

function answerOf(text: string): Answer {
  const end = text.indexOf("\n\n");
  const [first = "", ...lines] = (end === -1 ? text : text.slice(0, end)).split("\n");
  const headers = lines.map((line): readonly [string, string] => {
    const [name = "", ...rest] = line.split(": ");
    return [name.toLowerCase(), rest.join(": ")];
  });
  const content = Buffer.from(end === -1 ? "" : text.slice(end + 2), "latin1");
  return {
    status: Math.min(999, Math.max(200, Math.trunc(Number(first)) || 200)),
    values: (name) => headers.filter(([key]) => key === name).map(([, value]) => value),
    body: (async function* () {
      await setImmediate();
      for (let at = 0; at < content.length; at += 1000) yield content.subarray(at, at + 1000);
    })(),
    discard: async () => Promise.resolve(),
  };
}

async function ask(what: string, transport: Transport): Promise<string> {
  let now = Date.UTC(2026, 0, 1);
  const clock = {
    ...systemClock,
    now: () => now,
    random: () => 0.5,
    async sleep(milliseconds: number) {
      now += milliseconds;
      await setImmediate();
    },
  };
  const registry = "registry.example.com";
  const client = openClient({
    registry,
    base: new URL(`https://${registry}`),
    transport,
    clock,
    limits: defaultLimits,
    scopes: ["repository:app:pull,push"],
    findCredentials: async () => Promise.resolve({ kind: "password", user: "tester", password }),
    trustedRealms: [],
    userAgent: "tests",
  });
  const target = repositoryTarget({
    client,
    limits: defaultLimits,
    clock,
    registry,
    path: "app",
    name: `${registry}/app`,
  });
  const descriptor = blob(mediaTypes.layer, layer);
  const content = (bytes: Buffer) => ({
    name: "a test",
    async *open(offset: number) {
      await setImmediate();
      yield bytes.subarray(offset);
    },
  });
  switch (what) {
    case "resolve": {
      const one = await target.resolve("1");
      must(one === undefined || /^sha(?:256|512):[0-9a-f]+$/u.test(one.digest), "digests are such");
      return one?.mediaType ?? "nothing";
    }
    case "fetch": {
      let size = 0;
      for await (const chunk of target.fetch(descriptor)) size += chunk.length;
      return String(size === layer.length);
    }
    case "referrers":
      return String((await target.referrers?.(blob(mediaTypes.manifest, Buffer.from(manifest))))?.length);
    case "exists":
      return String(await target.exists(descriptor));
    case "push":
      await target.push(descriptor, content(layer));
      return "pushed";
    default:
      await target.push(blob(mediaTypes.manifest, Buffer.from(manifest)), content(Buffer.from(manifest)));
      return "pushed";
  }
}
