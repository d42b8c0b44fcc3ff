import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { backoffMilliseconds, isTransient, retryAfterMilliseconds } from "../../../../src/adapters/registry/backoff.ts";
import { readLimited } from "../../../../src/adapters/registry/bodies.ts";
import { parseChallenges } from "../../../../src/adapters/registry/challenge.ts";
import { basicOf, secretsOf } from "../../../../src/adapters/registry/credentials.ts";
import { mirroredReferences, parseMirror } from "../../../../src/adapters/registry/mirrors.ts";
import { checkRealm } from "../../../../src/adapters/registry/realm.ts";
import { checkHop, isLoopback, showUrl } from "../../../../src/adapters/registry/registry-locations.ts";
import { proxiesOf, reachRegistry } from "../../../../src/adapters/registry/settings.ts";
import { quickClock } from "../../../support/registry/drive-pith.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-parts-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** `goes`, or the code of the refusal and what it says behind its last colon. */
function outcome(work: () => unknown): string {
  try {
    work();
    return "goes";
  } catch (failure) {
    const [code = "", ...rest] = (failure instanceof Error ? failure.message : "").split(": ");
    return `${code}: ${rest.at(-1) ?? ""}`;
  }
}

describe("waiting", () => {
  it("doubles with each try up to a quarter of a minute, half of it by chance", () => {
    const at = (random: number) => (next: number) =>
      backoffMilliseconds(next, { ...quickClock(), random: () => random });
    expect([2, 3, 4, 5, 8, 9, 20].map(at(0))).toEqual([125, 250, 500, 1000, 7500, 7500, 7500]);
    expect([2, 3, 4, 5, 7, 8, 9].map(at(1))).toEqual([250, 500, 1000, 2000, 8000, 15_000, 15_000]);
  });

  it.each([
    [undefined, undefined],
    ["7", 7000],
    [" 7 ", 7000],
    ["0", 0],
    ["999999999", 999_999_999_000],
    ["1234567890", undefined],
    ["-7", undefined],
    ["7s", undefined],
    ["soon", undefined],
    ["Thu, 01 Jan 1970 00:01:40 GMT", 90_000],
    ["Thursday, 01-Jan-70 00:01:40 GMT", 90_000],
    ["Thu Jan  1 00:00:05 1970", 0],
    ["Thu, 99 Foo 1970 00:01:40 GMT", undefined],
    ["1970-01-01T00:01:40Z", undefined],
  ])("is as long as %j says: %s", (value, milliseconds) => {
    // The form of asctime has no zone.
    const clock = { ...quickClock(), now: () => (value?.endsWith("1970") === true ? 10 ** 9 : 10_000) };
    expect(retryAfterMilliseconds(value, clock)).toBe(milliseconds);
  });

  it("is worth while for answers that pass", () => {
    const all = Array.from({ length: 600 }, (_, status) => status);
    expect(all.filter(isTransient)).toEqual([408, 429, 500, 502, 503, 504]);
  });
});

it("no message may show a password, its header or a token", () => {
  const password = { kind: "password", user: "me", password: "a:b" } as const;
  expect(basicOf(password)).toBe("bWU6YTpi");
  expect(secretsOf(password)).toEqual(["a:b", "bWU6YTpi"]);
  expect(secretsOf({ kind: "token", token: "t" })).toEqual(["t"]);
  expect(secretsOf({ kind: "identity", token: "i" })).toEqual(["i"]);
});

it("a body may be as long as its limit", async () => {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("four");
    yield Buffer.from("five5");
  }
  expect(Buffer.from(await readLimited(body(), 9)).toString()).toBe("fourfive5");
  await expect(readLimited(body(), 8)).rejects.toThrow(RangeError);
});

describe("a challenge", () => {
  const parse = (text: string): string =>
    parseChallenges([text])
      .map(({ scheme, parameters }) => [scheme, ...Object.entries(parameters).map((pair) => pair.join("="))].join(" "))
      .join(", ");

  it.each([
    ["Bearer a=b", "bearer a=b"],
    ["bearer A=B", "bearer a=B"],
    ['Bearer  a = b ,\tc\t=\t"d"', "bearer a=b c=d"],
    ["Bearer a=1, a=2", "bearer a=1"],
    ['Bearer a="x, y=z"', "bearer a=x, y=z"],
    ['Bearer a="\\"\\\\"', 'bearer a="\\'],
    ['Bearer a=""', "bearer a="],
    ["Basic, Bearer a=b", "basic, bearer a=b"],
    ["Basic Bearer", "basic, bearer"],
    [",, Basic", "basic"],
    ['Bearer a="open', "bearer"],
    ["Bearer a=", "bearer"],
    ["Bearer a=(", "bearer"],
    ["Bearer a=b (c=d", "bearer a=b"],
    ["a=b, Bearer c=d", ""],
    ["(", ""],
    ["", ""],
  ])("%j is read as %j", (text, parsed) => {
    expect(parse(text)).toBe(parsed);
  });

  it("is passed over where it is longer than any honest one, and others are not", () => {
    const long = (length: number): string => `Bearer a=${"x".repeat(length - 9)}`;
    expect(parseChallenges([long(16_384), "Basic"])).toHaveLength(2);
    expect(parseChallenges([long(16_385), "Basic"])).toEqual([{ scheme: "basic", parameters: {} }]);
  });
});

describe("an address", () => {
  it.each([
    ["localhost", true],
    ["LOCALHOST", true],
    ["localhost.", true],
    ["app.localhost", true],
    ["notlocalhost", false],
    ["localhost.example.com", false],
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["128.0.0.1", false],
    ["126.0.0.1", false],
    ["[::1]", true],
    ["[::2]", false],
    ["[::]", false],
    ["[::ffff:7f00:1]", true],
    ["[::ffff:8000:1]", false],
    ["[64:ff9b::7f00:1]", true],
    ["[64:ff9b::1:7f00:1]", false],
    ["0.0.0.0", false],
  ])("%s is this machine: %s", (hostname, isOwn) => {
    expect(isLoopback(hostname)).toBe(isOwn);
  });

  const inside = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.9.9",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.0.1",
    "[fc00::1]",
    "[fd12::1]",
  ];
  const nowhere = ["0.0.0.0", "0.1.2.3", "[::]"];
  const local = ["169.254.0.1", "[fe80::1]", "[febf::1]"];
  const outside = ["172.15.0.1", "172.32.0.1", "192.167.1.1", "11.0.0.1", "100.63.0.1", "100.128.0.1", "169.253.0.1"];
  const names = ["[fec0::1]", "[2001:db8::1]", "example.com", "fd.example.com", "8.8.8.8"];
  const refusal = "REGISTRY_REDIRECT: that is an address that no registry elsewhere may lead to";
  const hop = (from: string, to: string): string => outcome(() => checkHop(new URL(from), new URL(to), "a redirect"));

  it.each([...inside, ...nowhere, ...local, "127.0.0.1"])(
    "%s is none that a registry elsewhere may lead to",
    (host) => {
      expect(hop("https://registry.example.com", `https://${host}/x`)).toBe(refusal);
    },
  );

  it.each([...outside, ...names])("%s is one that any registry may lead to", (host) => {
    expect(hop("https://registry.example.com", `https://${host}/x`)).toBe("goes");
  });

  it("may be in the network that the registry is in, and no other", () => {
    expect(hop("https://10.0.0.1", "https://192.168.1.1/x")).toBe("goes");
    expect(hop("https://10.0.0.1", "https://127.0.0.1/x")).toBe(refusal);
    expect(hop("http://localhost:5000", "http://127.0.0.1:5001/x")).toBe("goes");
    expect(hop("http://localhost:5000", "http://10.0.0.1/x")).toBe(refusal);
    expect(hop("https://169.254.0.1", "https://169.254.0.2/x")).toBe(refusal);
    expect(hop("https://169.254.0.1", "https://169.254.0.1:8443/x")).toBe("goes");
  });

  it("is one of a web server, with TLS where the registry has it", () => {
    expect(hop("https://example.com", "http://example.com/x")).toBe("REGISTRY_REDIRECT: it leads out of TLS");
    expect(hop("http://example.com", "http://example.com/x")).toBe("goes");
    expect(hop("http://example.com", "https://example.com/x")).toBe("goes");
    expect(hop("http://example.com", "ftp://example.com/x")).toBe("REGISTRY_REDIRECT: not an address of a web server");
  });

  it("is shown without its secrets", () => {
    expect(showUrl(new URL("https://me:pw@example.com:8443/v2/?token=x#y"))).toBe("https://example.com:8443/v2/");
  });
});

describe("a token server", () => {
  const ask = (registry: string, realm: string | undefined, trusted: readonly string[] = []): string =>
    outcome(() => checkRealm(new URL(registry), realm, { trusted, hasCredentials: true }));
  const elsewhere = (host: string, why: string): RegExp =>
    new RegExp(`^REGISTRY_DENIED: .*it asks to send the password to https://${host}/\\S*, which is not ${why}$`, "u");

  it.each([
    ["https://a.example.com", "https://b.example.com/t", true],
    ["https://a.b.example.com", "https://example.com/t", true],
    ["https://example.com", "https://example.org/t", false],
    ["https://com", "https://org/t", false],
    ["https://a.co.uk", "https://b.a.co.uk/t", true],
    ["https://a.co.uk", "https://b.co.uk/t", false],
    ["https://a.example.uk", "https://b.example.uk/t", true],
    ["https://a.info", "https://b.info/t", false],
    ["https://8.8.8.8", "https://8.8.4.4/t", false],
    ["https://8.8.8.8", "https://8.8.8.8/t", true],
    ["https://8.8.8.8", "https://9.8.8.8/t", false],
  ])("of %s may be %s: %s", (registry, realm, isFine) => {
    expect(ask(registry, realm).startsWith(isFine ? "goes" : "REGISTRY_")).toBe(true);
  });

  it("is refused with the reason, unless it is trusted by name or by name and port", () => {
    const message = (registry: string, realm: string): string => {
      try {
        checkRealm(new URL(registry), realm, { trusted: [], hasCredentials: true });
        return "goes";
      } catch (failure) {
        return failure instanceof Error ? failure.message : "";
      }
    };
    expect(message("https://a.example.com", "https://b.example.com:1/t")).toMatch(
      elsewhere("b.example.com:1", "its own port"),
    );
    expect(message("https://a.example.com", "https://b.example.org/t")).toMatch(
      elsewhere("b.example.org", "of its domain"),
    );
    const settings = { trusted: [], hasCredentials: true };
    expect(() => checkRealm(new URL("https://a.example.com"), "https://b.example.org:1/t", settings)).toThrow(
      expect.objectContaining({
        diagnostics: [
          expect.objectContaining({ hint: "add --trust-realm b.example.org:1 if that server is known to you" }),
        ],
      }),
    );
    for (const trusted of ["b.example.org", "b.example.org:1"]) {
      expect(ask("https://a.example.com", "https://b.example.org:1/t", [trusted])).toBe("goes");
      expect(ask("https://a.example.com", "http://b.example.org:1/t", [trusted])).toBe("goes");
    }
    expect(ask("https://a.example.com", "https://b.example.org:2/t", ["b.example.org:1"])).toContain("REGISTRY_DENIED");
  });

  it("has an address, of which nothing secret is kept", () => {
    const settings = { trusted: [], hasCredentials: true };
    const realm = checkRealm(new URL("https://a.example.com"), "https://u:p@a.example.com/t?x=y", settings);
    expect(realm.href).toBe("https://a.example.com/t?x=y");
    expect(ask("https://a.example.com", undefined)).toBe("REGISTRY_ANSWER: it names no server for tokens");
    expect(ask("https://a.example.com", "token")).toBe("REGISTRY_ANSWER: it names no server for tokens");
    expect(ask("http://a.example.com", "https://a.example.com/t")).toBe("goes");
    expect(ask("http://a.example.com", "http://b.example.com/t")).toContain("REGISTRY_DENIED");
  });
});

describe("the settings of a machine", () => {
  it("name proxies in either case of letters, the lower one first", () => {
    expect(proxiesOf({})).toEqual({ http: undefined, https: undefined, except: undefined });
    expect(proxiesOf({ HTTP_PROXY: "a", http_proxy: "b", HTTPS_PROXY: "c", no_proxy: "d" })).toEqual({
      http: "b",
      https: "c",
      except: "d",
    });
    expect(proxiesOf({ HTTP_PROXY: "", https_proxy: "", HTTPS_PROXY: "c" })).toEqual({
      http: undefined,
      https: undefined,
      except: undefined,
    });
  });

  const file = (name: string, content: string): string => {
    const location = path.join(folder, name);
    fs.mkdirSync(path.dirname(location), { recursive: true });
    fs.writeFileSync(location, content);
    return location;
  };
  const reach = (registry: string, change: Partial<Parameters<typeof reachRegistry>[1]> = {}) =>
    reachRegistry(registry, {
      isPlainHttp: false,
      authorityFile: undefined,
      env: {},
      certificateFolders: [path.join(folder, "none"), path.join(folder, "one"), path.join(folder, "two")],
      ...change,
    });

  it("have authorities of a registry in the first folder that has one for it", () => {
    file("one/a.example/b.crt", "B");
    file("one/a.example/a.crt", "A");
    file("one/a.example/readme.txt", "R");
    file("two/a.example/c.crt", "C");
    file("one/b.example", "no folder");
    file("two/b.example/d.crt", "D");
    fs.mkdirSync(path.join(folder, "one/a.example/dir.crt"));
    expect(reach("a.example").authorities?.slice(-2)).toEqual(["A", "B"]);
    expect(reach("b.example").authorities?.at(-1)).toBe("D");
    expect(reach("c.example").authorities).toBeUndefined();
    const everywhere = file("everywhere.pem", "E");
    expect(reach("c.example", { env: { SSL_CERT_FILE: everywhere } }).authorities?.at(-1)).toBe("E");
    expect(reach("c.example", { env: { SSL_CERT_FILE: "" } }).authorities).toBeUndefined();
    expect(reach("a.example", { authorityFile: everywhere }).authorities?.slice(-3)).toEqual(["E", "A", "B"]);
    expect(reach("a.example", { isPlainHttp: true }).authorities).toBeUndefined();
  });

  it("have a client's certificate with its key, or none", () => {
    file("one/client.example/my.cert", "CERT");
    file("one/client.example/other.key", "OTHER");
    expect(reach("client.example").clientCertificate).toBeUndefined();
    file("one/client.example/my.key", "KEY");
    expect(reach("client.example").clientCertificate).toEqual({ cert: "CERT", key: "KEY" });
    file("one/key.example/my.key", "KEY");
    expect(reach("key.example").clientCertificate).toBeUndefined();
  });

  it("lead to this machine with TLS where certificates are there for it", () => {
    const protocols = ["localhost:1", "a.example"].map((one) => reach(one).base.protocol);
    expect(protocols).toEqual(["http:", "https:"]);
    file("one/localhost:2/a.crt", "A");
    expect(reach("localhost:2").base.href).toBe("https://localhost:2/");
    expect(reach("localhost:2", { isPlainHttp: true }).base.href).toBe("http://localhost:2/");
    expect(reach("localhost:1", { authorityFile: file("x.pem", "X") }).base.protocol).toBe("https:");
    expect(reach("localhost:1", { env: { SSL_CERT_FILE: file("x.pem", "X") } }).base.protocol).toBe("http:");
  });
});

describe("a mirror", () => {
  it.each([
    ["docker.io=mirror.example.com", "docker.io mirror.example.com "],
    ["docker.io=mirror.example.com/", "docker.io mirror.example.com "],
    ["docker.io=localhost:5000/a/b-c_d.e/", "docker.io localhost:5000 a/b-c_d.e"],
    ["[::1]:5000=[::1]:5001", "[::1]:5000 [::1]:5001 "],
    ["docker.io", "none"],
    ["=mirror.example.com", "none"],
    ["docker.io=", "none"],
    ["docker.io=a/B", "none"],
    ["docker.io=a//b", "none"],
    ["docker.io=a=b", "none"],
    [" docker.io=a", "none"],
  ])("%j is read as %j", (text, parsed) => {
    let found = "none";
    try {
      const { of, registry, prefix } = parseMirror(text);
      found = `${of} ${registry} ${prefix}`;
    } catch (failure) {
      expect(failure instanceof Error ? failure.message : "").toContain("OPTION_INVALID: cannot use the mirror");
    }
    expect(found).toBe(parsed);
  });

  it("stands before the registry that it is for, and no other", () => {
    const mirrors = ["a.example=m.example", "a.example=n.example/x", "b.example=o.example"].map(parseMirror);
    const from = (registry: string) =>
      mirroredReferences({ registry, repository: "app" }, mirrors).map((one) => `${one.registry}/${one.repository}`);
    expect(from("a.example")).toEqual(["m.example/app", "n.example/x/app", "a.example/app"]);
    expect(from("c.example")).toEqual(["c.example/app"]);
  });
});
