import { getEventListeners } from "node:events";
import http from "node:http";
import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../../src/adapters/registry/clock.ts";
import { ExchangeFault } from "../../../../src/adapters/registry/failure.ts";
import { defaultLimits, type Limits } from "../../../../src/adapters/registry/limits.ts";
import {
  type Answer,
  type Exchange,
  openTransport,
  type TransportOptions,
} from "../../../../src/adapters/registry/transport.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: net.Server | http.Server): Promise<URL> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => void server.close(resolve)));
  const address = server.address();
  return new URL(
    `http://127.0.0.1:${typeof address === "object" && address !== null ? String(address.port) : ""}/x?y=z`,
  );
}

/** A server of HTTP that answers as a function says. */
async function serving(answer: http.RequestListener): Promise<URL> {
  const server = http.createServer(answer);
  const url = await listening(server);
  closing.push(() => Promise.resolve(server.closeAllConnections()));
  return url;
}

/** A server that says what it is given, whatever it is asked, and ends. */
async function saying(text: string): Promise<URL> {
  return listening(net.createServer((socket) => void socket.on("error", () => {}).on("data", () => socket.end(text))));
}

type Change = Partial<Exchange> & { readonly limits?: Partial<Limits> } & Pick<TransportOptions, "clock" | "signal">;

async function send(url: URL, { limits = {}, clock, signal, ...change }: Change = {}): Promise<Answer> {
  const transport = await openTransport({
    limits: { ...defaultLimits, ...limits },
    ...(clock === undefined ? {} : { clock }),
    ...(signal === undefined ? {} : { signal }),
  });
  closing.push(() => transport.close());
  return transport.send({ method: "GET", url, headers: {}, ...change });
}

async function textOf(answer: Answer): Promise<string> {
  let text = "";
  for await (const chunk of answer.body) text += Buffer.from(chunk).toString();
  return text;
}

/** The kind of a fault and what it says. */
async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (failure) {
    if (!(failure instanceof ExchangeFault)) throw failure;
    return `${failure.kind}: ${failure.message}`;
  }
}

const bodyOf = (text: string, pieces = 1): NonNullable<Exchange["body"]> => ({
  sizeBytes: text.length * pieces,
  async *open() {
    for (let index = 0; index < pieces; index++) yield Buffer.from(text);
  },
});

describe("an exchange", () => {
  it("sends what it is given, and has all of the answer", async () => {
    const url = await serving((request, response) => {
      const { host: _, connection: __, ...headers } = request.headers;
      response.writeHead(
        207,
        [
          ["x-one", "1"],
          ["X-One", "2"],
          ["x-two", "3"],
        ].flat(),
      );
      request.on("data", (chunk: Buffer) => response.write(chunk));
      request.on("end", () => response.end(` ${request.method ?? ""} ${request.url ?? ""} ${JSON.stringify(headers)}`));
    });
    const answer = await send(url, { method: "PUT", headers: { "x-own": "a" }, body: bodyOf("piece", 3) });
    expect([answer.status, answer.values("X-One"), answer.values("x-two"), answer.values("x-none")]).toEqual([
      207,
      ["1", "2"],
      ["3"],
      [],
    ]);
    expect(await textOf(answer)).toBe('piecepiecepiece PUT /x?y=z {"x-own":"a","content-length":"15"}');
    expect(await textOf(await send(url))).toBe(" GET /x?y=z {}");
  });

  it("sends no more of a body than is taken, in pieces whose bytes may be used again", async () => {
    const received: Buffer[] = [];
    const url = await serving((request, response) => {
      request.on("data", (chunk: Buffer) => received.push(Buffer.from(chunk)));
      request.on("end", () => response.end());
    });
    const space = Buffer.alloc(300_000);
    const body = {
      sizeBytes: 900_000,
      async *open() {
        for (const value of [1, 2, 3]) yield space.fill(value);
      },
    };
    await textOf(await send(url, { method: "PUT", body }));
    const wanted = Buffer.concat([1, 2, 3].map((value) => Buffer.alloc(300_000, value)));
    expect(Buffer.concat(received).equals(wanted)).toBe(true);
  });

  it("fails as the body of its request does", async () => {
    const url = await serving((request) => void request.resume());
    const body = {
      sizeBytes: 10,
      async *open() {
        yield Buffer.from("half");
        throw new Error("the disk is gone");
      },
    };
    await expect(send(url, { method: "PUT", body })).rejects.toThrow(/^the disk is gone$/u);
  });

  it("is given up with what was asked, before, in between and while it is read", async () => {
    const url = await serving((request, response) => {
      if (request.method === "GET") response.write("begins");
    });
    const stop = new AbortController();
    const answer = await send(url, { signal: stop.signal });
    const reading = textOf(answer);
    const waiting = send(url, { signal: stop.signal, method: "PUT" });
    setTimeout(() => stop.abort(new Error("stopped")), 20);
    await expect(reading).rejects.toThrow(/^stopped$/u);
    await expect(waiting).rejects.toThrow(/^stopped$/u);
    await expect(send(url, { signal: stop.signal })).rejects.toThrow(/^stopped$/u);
  });
});

it("this machine is asked without the proxy", async () => {
  const url = await serving((_, response) => void response.end("direct"));
  const proxies = { http: "http://127.0.0.1:9", https: undefined, except: undefined };
  const transport = await openTransport({ limits: defaultLimits, proxies });
  closing.push(() => transport.close());
  expect(await textOf(await transport.send({ method: "GET", url, headers: {} }))).toBe("direct");
});

describe("a connection", () => {
  it.each([
    ["is closed", "", "broken: the connection broke"],
    ["answers junk", "junk\r\n\r\n", "malformed: what it answers is no HTTP"],
    [
      "has a head that is too long",
      `HTTP/1.1 200 OK\r\nx: ${"y".repeat(40_000)}\r\n\r\n`,
      "malformed: what it answers is no HTTP",
    ],
    ["cuts its answer", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf", "broken: the connection broke"],
    ["cuts a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhalf", "broken: the connection broke"],
  ])("that %s tells so", async (_, text, said) => {
    const url = await saying(text);
    expect(await faultOf(send(url).then(textOf))).toBe(said);
  });

  it("that is refused, or leads to no host, tells so", async () => {
    const server = net.createServer();
    const url = await listening(server);
    await closing.pop()?.();
    expect(await faultOf(send(url))).toBe("broken: the connection is refused");
    expect(await faultOf(send(new URL("http://nowhere.invalid/")))).toMatch(
      /^broken: (?:there is no such host|its name)/u,
    );
  });
});

describe("patience", () => {
  const silent = { silenceMilliseconds: 100, commitMilliseconds: 3000 };

  it("ends with a server that says nothing, before its answer and in it", async () => {
    const url = await serving((request, response) => {
      request.resume();
      if (request.method === "GET") response.write("begins");
    });
    const said = (milliseconds: number): string => `slow: it said nothing for ${String(milliseconds / 1000)} seconds`;
    expect(await faultOf(send(url, { method: "PUT", limits: { silenceMilliseconds: 100 } }))).toBe(said(100));
    expect(await faultOf(send(url, { limits: { silenceMilliseconds: 100 } }).then(textOf))).toBe(said(100));
  });

  it("is longer where a registry stores what it got, and is told as it was", async () => {
    const url = await serving((request, response) => {
      request.resume();
      if (request.url === "/slow") setTimeout(() => response.end("stored"), 150);
    });
    const commit = { method: "PUT", body: bodyOf("x"), isCommit: true, limits: silent } as const;
    expect(await textOf(await send(new URL("/slow", url), commit))).toBe("stored");
    const short = { ...commit, limits: { ...silent, commitMilliseconds: 200 } };
    expect(await faultOf(send(new URL("/never", url), short))).toBe("slow: it said nothing for 0.2 seconds");
    expect(await faultOf(send(new URL("/slow", url), { ...commit, isCommit: false }))).toBe(
      "slow: it said nothing for 0.1 seconds",
    );
  });

  /** A clock that knows how many of its alarms are set. */
  function alarmClock(): { readonly clock: Clock; readonly running: Set<object> } {
    const running = new Set<object>();
    const alarm: Clock["alarm"] = (milliseconds, ring) => {
      const key = {};
      const own = systemClock.alarm(milliseconds, () => {
        running.delete(key);
        ring();
      });
      running.add(key);
      return {
        restart() {
          running.add(key);
          own.restart();
        },
        stop() {
          running.delete(key);
          own.stop();
        },
      };
    };
    return { clock: { ...systemClock, alarm }, running };
  }

  it("begins anew with each piece of an upload", async () => {
    const url = await serving((request, response) => void request.resume().on("end", () => response.end("stored")));
    const body = {
      sizeBytes: 4,
      async *open() {
        for (const piece of ["a", "b", "c", "d"]) {
          await systemClock.sleep(60);
          yield Buffer.from(piece);
        }
      },
    };
    const { clock, running } = alarmClock();
    const answer = await send(url, { method: "PUT", body, clock, limits: { silenceMilliseconds: 180 } });
    expect(await textOf(answer)).toBe("stored");
    expect(running.size).toBe(0);
  });

  it("is over with the answer, though more of the upload is on its way", async () => {
    const url = await serving((_, response) => void response.end("refused"));
    const next = Promise.withResolvers<void>();
    const body = {
      sizeBytes: 8,
      async *open() {
        yield Buffer.from("half");
        await next.promise;
        yield Buffer.from("rest");
      },
    };
    for (const isCommit of [false, true]) {
      const { clock, running } = alarmClock();
      const stop = new AbortController();
      const answer = await send(url, { method: "PUT", body, isCommit, clock, signal: stop.signal });
      expect(await textOf(answer)).toBe("refused");
      next.resolve();
      await systemClock.sleep(10);
      expect([running.size, getEventListeners(stop.signal, "abort").length]).toEqual([0, 0]);
    }
  });

  it("wants some bytes a second while it waits, and does not count the time that a reader takes", async () => {
    const url = await serving((_, response) => {
      let left = 12;
      const next = (): void => {
        if (left-- === 0) response.end();
        else response.write("0123456789", () => setTimeout(next, 2));
      };
      next();
    });
    let now = 0;
    // Each look at the clock is a second later.
    const clock = { ...systemClock, now: () => (now += 1000) };
    const limits = { silenceMilliseconds: 3000, bytesPerSecond: 11 };
    expect(await faultOf(send(url, { clock, limits }).then(textOf))).toMatch(/^slow: it sent \d+ bytes in 3 seconds$/u);
    expect(await textOf(await send(url, { clock, limits: { ...limits, bytesPerSecond: 5 } }))).toHaveLength(120);
    let reading = 0;
    const patient = { ...systemClock, now: () => reading };
    const answer = await send(url, { clock: patient, limits: { silenceMilliseconds: 3000, bytesPerSecond: 1e9 } });
    for await (const _ of answer.body) reading += 10_000;
    expect(reading).toBeGreaterThan(0);
  });

  it("does not wait for the rest of a body that nobody wants", async () => {
    const url = await serving((_, response) => void response.write("begins"));
    const stop = new AbortController();
    const answer = await send(url, { limits: { discardMilliseconds: 10 }, signal: stop.signal });
    const start = Date.now();
    await answer.discard();
    expect(Date.now() - start).toBeLessThan(2000);
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });
});
