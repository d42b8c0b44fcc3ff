import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { proxiesOf, reachRegistry } from "../../../../src/adapters/registry/settings.ts";

it("goes without TLS to this machine, and elsewhere when it is told to", () => {
  const reach = (registry: string, isPlainHttp = false) =>
    reachRegistry(registry, { isPlainHttp, authorityFile: undefined, env: {}, certificateFolders: [] }).base.href;
  expect(["localhost:5000", "127.0.0.1", "[::1]:5000", "docker.io", "10.0.0.1:5000"].map((one) => reach(one))).toEqual([
    "http://localhost:5000/",
    "http://127.0.0.1/",
    "http://[::1]:5000/",
    "https://registry-1.docker.io/",
    "https://10.0.0.1:5000/",
  ]);
  expect(reach("10.0.0.1:5000", true)).toBe("http://10.0.0.1:5000/");
});

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-parts-"));

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

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
