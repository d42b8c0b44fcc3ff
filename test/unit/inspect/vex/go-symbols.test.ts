import { expect, it, test } from "vitest";
import { GoSymbols } from "../../../../src/inspect/vex/go-symbols.ts";
import { type GoProgram, isLinked, type LinkedCode } from "../../../../src/inspect/vex/linked-code.ts";
import {
  type BuilderPackage,
  type Presence,
  type Statement,
  stateAbsences,
} from "../../../../src/inspect/vex/statements.ts";
import { versionOrders } from "../../../../src/inspect/vex/version-orders.ts";
import { recordOf } from "./function-records.ts";

test("functions of Go are known by the linker's names, and by what is inlined or made of them", () => {
  const symbols = new GoSymbols([
    "net/http.(*Transport).RoundTrip",
    "example.org/a/yaml%2ev2.Unmarshal.func1",
    "slices.SortFunc[go.shape.struct { a/b.c int },go.shape.int]",
    "example.org/m.(*Set[go.shape.string]).Add-fm",
    "vendor/golang.org/x/net/idna.ToASCII",
    "type:.eq.main.x",
  ]);
  const linked = [
    "net/http.Transport.RoundTrip",
    "example.org/a/yaml.v2.Unmarshal",
    "slices.SortFunc",
    "example.org/m.Set.Add",
    "golang.org/x/net/idna.ToASCII",
    "net/http",
  ];
  expect(linked.filter((name) => !isLinked(symbols, name))).toEqual([]);
  const others = ["net/http.Get", "net/http.Transport.Clone", "net/httptest", "example.org/a/yaml.v2.Marshal"];
  expect(others.filter((name) => isLinked(symbols, name))).toEqual([]);
});

const go: BuilderPackage = {
  database: "golang",
  name: "example.org/m",
  version: "v1.0.0",
  source: { name: "example.org/m", version: "v1.0.0" },
  purl: "pkg:golang/example.org/m@v1.0.0",
  files: [],
};

const programOf = (path: string, names: readonly string[] | undefined): GoProgram => ({
  path,
  modules: new Set(["example.org/m", "stdlib"]),
  symbols: names === undefined ? undefined : new GoSymbols(names),
  os: "linux",
  architecture: "amd64",
});

const codeOf = (programs: readonly GoProgram[]): LinkedCode => ({
  goPrograms: async () => Promise.resolve(programs),
  filesNaming: async () => Promise.resolve([]),
});

async function stateGo(programs: readonly GoProgram[], imports: readonly object[]): Promise<readonly Statement[]> {
  const presence: Presence = {
    packages: [go],
    distribution: undefined,
    shipped: new Set(["golang:example.org/m"]),
    has: () => false,
    hasCopy: async () => Promise.resolve(false),
    code: codeOf(programs),
  };
  return stateAbsences([recordOf(imports)], presence, versionOrders);
}

const bad = { path: "example.org/m/sub", symbols: ["Bad", "Worse.Do"] };

it("is stated of a module whose vulnerable functions the linker left out", async () => {
  const [statement, ...others] = await stateGo([programOf("/app", ["example.org/m/sub.Good"])], [bad]);
  expect(others).toEqual([]);
  expect(statement).toMatchObject({
    justification: "vulnerable_code_not_present",
    purls: [go.purl],
    evidence: {
      database: "golang",
      source: "example.org/m",
      files: [],
      functions: ["example.org/m/sub.Bad", "example.org/m/sub.Worse.Do"],
      programs: ["/app"],
    },
  });
});

test.for<[name: string, programs: readonly GoProgram[], imports: readonly object[]]>([
  ["has one of them", [programOf("/app", ["example.org/m/sub.(*Worse).Do"])], [bad]],
  ["has it in one of two programs", [programOf("/a", []), programOf("/b", ["example.org/m/sub.Bad"])], [bad]],
  ["has no table of functions", [programOf("/app", undefined)], [bad]],
  [
    "has the package, of which all is vulnerable",
    [programOf("/app", ["example.org/m/sub.Good"])],
    [{ path: "example.org/m/sub" }],
  ],
  ["is in no program that can be seen", [], [bad]],
])("nothing is stated of a module that %s", async ([, programs, imports]) => {
  expect(await stateGo(programs, imports)).toEqual([]);
});

test("what is of another system alone is stated", async () => {
  const [statement] = await stateGo([programOf("/app", ["example.org/m/sub.Bad"])], [{ ...bad, goos: ["windows"] }]);
  expect(statement?.impact).toBe("The vulnerable code of example.org/m is not that of the programs' system.");
});
