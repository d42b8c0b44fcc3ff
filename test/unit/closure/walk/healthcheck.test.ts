import { expect, test } from "vitest";
import type { ClosureRequest } from "../../../../src/closure/model/request.ts";
import { resolveClosure } from "../../../../src/closure/walk/resolve.ts";
import { nodeProbeArgs } from "../../../../src/languages/javascript/health-probe.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { pythonProbeArgs } from "../../../../src/runtimes/python/health-probe.ts";
import { parseHttpProbe, parseTcpProbe, probeRequest } from "../../../../src/spec/probe-address.ts";
import { bare, lineRuntime, openCase } from "../../../support/closure.ts";

const root = `
//- /usr/lib/line/x
//- /usr/bin/line 0755 elf=x86_64
//- /usr/bin/check 0755 elf=x86_64
`;
const healthProbe = { architecture: "amd64", read: () => new Uint8Array([127, 69, 76, 70]) };
/** Asks with a file of its own. */
const asking: typeof lineRuntime = {
  ...lineRuntime,
  async start(proc) {
    const runtime = await lineRuntime.start(proc);
    const need = { path: toAbsPath("/usr/lib/line/x"), role: "file", evidence: "declared", why: "asks" } as const;
    return { ...runtime, probe: async ({ kind }) => Promise.resolve({ args: ["ask", kind], needs: [{ need }] }) };
  },
};
const probe = { kind: "http", host: "localhost", port: 80, path: "/up" } as const;

async function check(
  healthcheck: ClosureRequest["healthcheck"],
  plugins: Partial<typeof bare> = {},
  architecture = "amd64",
): Promise<Record<"paths" | "found" | "severities", string[]> & { readonly argv: readonly string[] | undefined }> {
  const { request, views } = openCase({
    root,
    roots: [{ kind: "binary", pointer: "/binaries/0", view: "main", path: "line" }],
  });
  const asked = { ...request, architecture, ...(healthcheck === undefined ? {} : { healthcheck }) };
  const closure = await resolveClosure(asked, views, { ...bare, runtimes: [lineRuntime], healthProbe, ...plugins });
  return {
    argv: closure.healthcheck,
    paths: closure.entries.filter((entry) => entry.kind === "file").map((entry) => entry.path),
    found: closure.diagnostics.map((one) => `${one.code} ${one.pointer ?? ""}`),
    severities: closure.diagnostics.map(({ severity }) => severity),
  };
}

test("an image with no interpreter takes the static program", async () => {
  const { argv, paths, found } = await check({ probe, timeoutMilliseconds: 3000 });
  expect(argv).toEqual(["/usr/lib/pith/probe", "http", "localhost", "80", "/up", "3000"]);
  expect(paths).toContain("/usr/lib/pith/probe");
  expect(found).toEqual([]);
  const tcp = await check({ probe: { kind: "tcp", host: "127.0.0.1", port: 5432 }, timeoutMilliseconds: 1 });
  expect(tcp.argv?.slice(1)).toEqual(["tcp", "127.0.0.1", "5432", "1"]);
});

test("an interpreter that is there asks itself, with what it needs", async () => {
  const { argv, paths } = await check({ probe, timeoutMilliseconds: 3000 }, { runtimes: [asking] });
  expect(argv).toEqual(["/usr/bin/line", "ask", "http"]);
  expect(paths).not.toContain("/usr/lib/pith/probe");
  expect(paths).toContain("/usr/lib/line/x");
});

test("a program of the spec's choice comes along", async () => {
  const { argv, paths, found } = await check({
    probe: { kind: "exec", args: ["check", "-q"] },
    timeoutMilliseconds: 1,
  });
  expect({ argv, found }).toEqual({ argv: ["check", "-q"], found: [] });
  expect(paths).toContain("/usr/bin/check");
  const lost = await check({ probe: { kind: "exec", args: ["curl"] }, timeoutMilliseconds: 1 });
  expect(lost.found).toEqual(["PROGRAM_MISSING /image/healthcheck"]);
  // What is adopted has no such program either.
  const curl = { kind: "exec", args: ["curl"] } as const;
  expect((await check({ probe: curl, timeoutMilliseconds: 1, isAdopted: true })).severities).toEqual(["warning"]);
});

test("a static program of another architecture is of no use", async () => {
  const { found } = await check({ probe, timeoutMilliseconds: 3000 }, {}, "arm64");
  expect(found).toContain("PROBE_UNAVAILABLE /image/healthcheck");
  expect((await check(undefined)).argv).toBeUndefined();
});

test.for([
  ["http://127.0.0.1:8000/health?full=1", { kind: "http", host: "127.0.0.1", port: 8000, path: "/health?full=1" }],
  ["http://localhost", { kind: "http", host: "localhost", port: 80, path: "/" }],
  ["http://[::1]:81?x", { kind: "http", host: "::1", port: 81, path: "/?x" }],
  ["http://127.1.2.3:9/", { kind: "http", host: "127.1.2.3", port: 9, path: "/" }],
] as const)("%s", ([text, parsed]) => expect(parseHttpProbe(text)).toEqual(parsed));

test.for([
  "http://0.0.0.0/",
  "http://128.0.0.1/",
  "http://127.0.0.1.example.org/",
  "http://[::2]/",
  "http://localhost.example.org/",
  "http://127.0.0.1:99999/",
  "http://127.0.0.1/a b",
  "http://127.0.0.1/#x",
  "http://127.0.0.1\r\n/",
])("%j is refused", (text) => expect(parseHttpProbe(text)).toHaveProperty("reason"));

test("ports", () => {
  expect(parseTcpProbe(80)).toEqual({ kind: "tcp", host: "localhost", port: 80 });
  expect(parseTcpProbe("[::1]:80")).toEqual({ kind: "tcp", host: "::1", port: 80 });
  for (const text of ["0", "70000", "x", "10.0.0.1:80", "localhost:"])
    expect(parseTcpProbe(text)).toHaveProperty("reason");
  expect(probeRequest({ kind: "http", host: "::1", port: 80, path: "/" })).toContain("\r\nHost: [::1]:80\r\n");
});

test("what interpreters run", () => {
  expect(pythonProbeArgs(probe, 1500).join("\n")).toMatchSnapshot();
  expect(nodeProbeArgs(probe, 1500).join("\n")).toMatchSnapshot();
  const tcp = { kind: "tcp", host: "::1", port: 1 } as const;
  expect([...pythonProbeArgs(tcp, 1), ...nodeProbeArgs(tcp, 1)].join("\n")).toMatchSnapshot();
});
