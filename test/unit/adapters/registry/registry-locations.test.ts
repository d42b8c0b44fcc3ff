import { describe, expect, it } from "vitest";
import { checkHop, isLoopback, showUrl } from "../../../../src/adapters/registry/registry-locations.ts";
import { outcome } from "./outcome.ts";

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
