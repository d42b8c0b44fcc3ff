import { openClient } from "../../../src/adapters/registry/client.ts";
import type { Credentials } from "../../../src/adapters/registry/credentials.ts";
import { ExchangeFault } from "../../../src/adapters/registry/failure.ts";
import { defaultLimits, type Limits } from "../../../src/adapters/registry/limits.ts";
import type { Repository } from "../../../src/adapters/registry/repository.ts";
import type { Exchange } from "../../../src/adapters/registry/transport.ts";
import { BuildError } from "../../../src/diagnostics/diagnostic.ts";
import { quickClock } from "./drive-pith.ts";

/** An answer as a script has it, or what is wrong with the connection. */
export type Scripted =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: string | Uint8Array;
      /** How the body ends, if not as it should. */
      readonly fault?: ExchangeFault["kind"];
    }
  | ExchangeFault["kind"];

export interface ScriptSettings {
  readonly base?: string;
  readonly limits?: Partial<Limits>;
  readonly credentials?: Credentials;
  readonly trustedRealms?: readonly string[];
  readonly now?: () => number;
}

export interface ScriptedRepository {
  readonly repository: Repository;
  /** What was asked, as `METHOD URL`. */
  readonly asked: string[];
  readonly exchanges: Exchange[];
  /** The bodies of requests, by their turn. */
  readonly sent: Buffer[];
  readonly slept: number[];
  readonly warned: string[];
}

/** A repository behind a transport that answers as a function says, and connects to nothing. */
export function scriptedRepository(
  answer: (exchange: Exchange, turn: number) => Scripted,
  { base = "https://registry.example.com", limits = {}, credentials, trustedRealms = [], now }: ScriptSettings = {},
): ScriptedRepository {
  const [asked, exchanges, sent, slept, warned] = [[], [], [], [], []] as [
    string[],
    Exchange[],
    Buffer[],
    number[],
    string[],
  ];
  const clock = { ...quickClock(slept), ...(now === undefined ? {} : { now }) };
  const all: Limits = { ...defaultLimits, ...limits };
  const client = openClient({
    registry: new URL(base).host,
    base: new URL(base),
    clock,
    limits: all,
    scopes: ["repository:app:pull"],
    findCredentials: () => Promise.resolve(credentials),
    trustedRealms,
    warned: (text) => void warned.push(text),
    userAgent: "tests",
    transport: {
      async send(exchange) {
        exchanges.push(exchange);
        asked.push(`${exchange.method} ${exchange.url.href}`);
        const parts: Uint8Array[] = [];
        for await (const part of exchange.body?.open() ?? []) parts.push(Buffer.from(part));
        sent.push(Buffer.concat(parts));
        const found = answer(exchange, asked.length);
        if (typeof found === "string") throw new ExchangeFault(found, `it is ${found}`);
        const { status, headers = {}, body = "", fault } = found;
        return {
          status,
          values: (name) => [headers[name] ?? []].flat(),
          body: (async function* () {
            const bytes = Buffer.from(body);
            for (let at = 0; at < bytes.length; at += 10) yield bytes.subarray(at, at + 10);
            if (fault !== undefined) throw new ExchangeFault(fault, `its body is ${fault}`);
          })(),
          discard: () => Promise.resolve(),
        };
      },
      close: () => Promise.resolve(),
    },
  });
  const registry = new URL(base).host;
  const repository = { client, limits: all, clock, registry, path: "app", name: `${registry}/app` };
  return { repository, asked, exchanges, sent, slept, warned };
}

/** The code and the message of a failure, with its hint and whether it may pass. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no failure";
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    const [found] = thrown.diagnostics;
    return `${found?.code ?? ""}${found?.retryable === true ? "*" : ""}: ${found?.message ?? ""} (${found?.hint ?? ""})`;
  }
}

/** Answers in their turn; the last one again and again. */
export function inTurn(...answers: readonly Scripted[]): (exchange: unknown, turn: number) => Scripted {
  return (_, turn) => answers[Math.min(turn, answers.length) - 1] ?? "broken";
}
