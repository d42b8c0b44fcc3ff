import { expect, it, test } from "vitest";
import { checkStatements } from "../../../../src/inspect/vex/check-statements.ts";
import { linkedCode } from "../../../../src/inspect/vex/linked-code.ts";
import { printOpenVex } from "../../../../src/inspect/vex/openvex.ts";
import { readStatements } from "../../../../src/inspect/vex/read-statements.ts";
import {
  type BuilderPackage,
  type Presence,
  type Statement,
  stateAbsences,
} from "../../../../src/inspect/vex/statements.ts";
import { versionOrders } from "../../../../src/inspect/vex/version-orders.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { recordOf } from "./function-records.ts";

const library = "/usr/lib/libx.so.1";

const libx: BuilderPackage = {
  database: "dpkg",
  name: "libx1",
  version: "1-1",
  source: { name: "libx", version: "1-1" },
  purl: "pkg:deb/debian/libx1@1-1",
  files: [library],
};

async function stateLibrary(files: string, imports: readonly object[]): Promise<readonly Statement[]> {
  const root = fixtureRoot(files);
  const paths = ["/usr/lib/libx.so.1", "/usr/bin/tool"].map((path) => toAbsPath(path));
  const code = linkedCode(
    paths.map((path) => ({ path, sizeBytes: 100 })),
    async ({ path }) => (await root.readFile(path)) ?? new Uint8Array(),
  );
  const record = recordOf(imports, { ecosystem: "Debian:13", name: "libx", fixed: "2-1" });
  const packages = record.packages.map((one) => ({
    ...one,
    affected: { ...one.affected, ranges: [], versions: ["1-1"] },
  }));
  const presence: Presence = {
    packages: [libx],
    distribution: { id: "debian", releases: ["13"] },
    shipped: new Set(["dpkg:libx1"]),
    has: (path) => path === library,
    hasCopy: async () => Promise.resolve(false),
    code,
  };
  return stateAbsences([{ ...record, packages }], presence, versionOrders);
}

const inLibrary = [{ path: library, symbols: ["x_parse_bad"] }];

it("is stated of a library whose vulnerable functions nothing names", async () => {
  const tool = "//- /usr/lib/libx.so.1\nx_parse_bad\n//- /usr/bin/tool\nx_parse_good\n";
  const [statement] = await stateLibrary(tool, inLibrary);
  expect(statement).toMatchObject({
    justification: "vulnerable_code_not_in_execute_path",
    evidence: { files: [], functions: ["x_parse_bad"], programs: [library] },
  });
});

test.for<[name: string, files: string, imports: readonly object[]]>([
  [
    "imports them, or asks for them by name",
    "//- /usr/lib/libx.so.1\nx\n//- /usr/bin/tool\ndlsym x_parse_bad\n",
    inLibrary,
  ],
  [
    "is packed, so that nothing can be said",
    "//- /usr/lib/libx.so.1\nx\n//- /usr/bin/tool\nPK\u0003\u0004\n",
    inLibrary,
  ],
  [
    "has an archive behind its first line",
    "//- /usr/lib/libx.so.1\nx\n//- /usr/bin/tool\n#!/usr/bin/python3\nPK\u0003\u0004PK\u0005\u0006\n",
    inLibrary,
  ],
  ["unpacks itself", "//- /usr/lib/libx.so.1\nx\n//- /usr/bin/tool\nx UPX! x\n", inLibrary],
  ["is not asked, as all of the library is vulnerable", "//- /usr/bin/tool\nx\n", [{ path: library }]],
  [
    "is not asked, as the library is of another package",
    "//- /usr/bin/tool\nx\n",
    [{ path: "/opt/y.so", symbols: ["y_parse"] }],
  ],
])("nothing is stated of a library where a file %s", async ([, files, imports]) => {
  expect(await stateLibrary(files, imports)).toEqual([]);
});

test("statements about functions are checked again by looking for them", async () => {
  const files = "//- /usr/lib/libx.so.1\nx_parse_bad\n//- /usr/bin/tool\nx_parse_good\n";
  const options = {
    product: undefined,
    contentDigest: "0".repeat(64),
    epochSeconds: 0,
    toolVersion: "1",
    subject: {},
  };
  const read = readStatements(JSON.parse(printOpenVex(await stateLibrary(files, inLibrary), options)), new Map()) ?? [];
  const check = async (root: string): Promise<readonly string[]> => {
    const all = ["/usr/lib/libx.so.1", "/usr/bin/tool"].map((path) => ({ path: toAbsPath(path), sizeBytes: 9 }));
    const image = { root: fixtureRoot(root), packages: [], foreignFiles: [], files: all };
    return (await checkStatements(read, image)).flatMap(({ problems }) => problems);
  };
  expect(read.length).toBe(1);
  expect(await check(files)).toEqual([]);
  expect(await check(files.replace("x_parse_good", "x_parse_bad"))).toEqual([
    "/usr/bin/tool names one of its functions, or may",
  ]);
});
