import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { say } from "../../scripts/lib/project.ts";
import { openDirectory } from "../../src/adapters/directory/open-directory.ts";
import { linkedCode } from "../../src/inspect/vex/linked-code.ts";
import { readOsvRecord } from "../../src/inspect/vex/osv.ts";
import { type BuilderPackage, stateAbsences } from "../../src/inspect/vex/statements.ts";
import { versionOrders } from "../../src/inspect/vex/version-orders.ts";
import { isAffected, type Vulnerability } from "../../src/inspect/vex/vulnerability.ts";
import { goModules } from "../../src/packages/go/go-modules.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { goPrograms } from "./go-programs.ts";

const usage = `usage: node test/bench/govulncheck.ts RECORDS
Builds ten programs of Go from Debian's sources of modules, and compares what govulncheck -mode=binary finds in them with
what Pith states, for the same records. RECORDS is a folder of records of Go's database (data/osv of golang/vulndb).
Packages of Debian: golang-go, govulncheck, zip, and those of the modules: test/bench/go-programs.ts.`;

async function compareAll(folder: string, recordsFolder: string): Promise<number> {
  const raw = readdirSync(recordsFolder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => readFileSync(join(recordsFolder, name), "utf8"));
  await makeDatabase(join(folder, "db"), raw);
  const vulnerabilities = raw.map((text) => readOsvRecord(JSON.parse(text))).filter((one) => typeof one === "object");
  const rows = [["program", "affected by version", "govulncheck", "Pith leaves open", "false", "left open more"]];
  let wrong = 0;
  for (const { name, source, modules, flags = [], isStripped } of goPrograms) {
    const program = await buildProgram(join(folder, name), { source, modules, flags });
    const found = await findBySymbols(program, join(folder, "db"));
    const file = join(program, "program");
    if (isStripped === true) await output("strip", ["--strip-all", file]);
    const { candidates, stated } = await stateFor(program, vulnerabilities);
    const open = candidates.filter((id) => !stated.has(id));
    const falsely = [...found].filter((id) => stated.has(id));
    const more = open.filter((id) => !found.has(id));
    wrong += falsely.length + more.length;
    rows.push([name, candidates.length, found.size, open.length, falsely.length, more.length].map(String));
    say(rows.at(-1)?.join(" ") ?? "");
    for (const id of [...falsely, ...more]) say(`${name}: ${id}`);
  }
  process.stdout.write(`${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n`);
  return wrong === 0 ? 0 : 1;
}

const recordSchema = z.looseObject({
  id: z.string(),
  modified: z.string(),
  aliases: z.array(z.string()).optional(),
  affected: z.array(z.looseObject({ package: z.looseObject({ name: z.string() }) })),
});

/** Go's database as govulncheck reads it (go.dev/doc/security/vuln/database). */
async function makeDatabase(folder: string, raw: readonly string[]): Promise<void> {
  mkdirSync(join(folder, "ID"), { recursive: true });
  mkdirSync(join(folder, "index"));
  const parsed = raw.map((text) => recordSchema.parse(JSON.parse(text)));
  const byModule = new Map<string, object[]>();
  for (const [index, { id, modified, affected }] of parsed.entries()) {
    writeFileSync(join(folder, "ID", `${id}.json`), raw[index] ?? "");
    for (const name of new Set(affected.map((one) => one.package.name))) {
      byModule.set(name, [...(byModule.get(name) ?? []), { id, modified }]);
    }
  }
  const modified = parsed
    .map((one) => one.modified)
    .toSorted()
    .at(-1);
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(folder, "index", `${name}.json`), JSON.stringify(value));
  write("db", { modified });
  write(
    "modules",
    [...byModule].map(([path, vulns]) => ({ path, vulns })),
  );
  write(
    "vulns",
    parsed.map(({ id, modified: at, aliases }) => ({ id, modified: at, aliases })),
  );
  await Promise.resolve();
}

/** Builds a program with modules of Debian under the versions that are asked for, from a module proxy of files. */
async function buildProgram(
  folder: string,
  { source, modules, flags }: { source: string; modules: Readonly<Record<string, string>>; flags: readonly string[] },
): Promise<string> {
  const proxy = join(folder, "proxy");
  for (const [module, version] of Object.entries(modules)) await makeModule(proxy, module, version, modules);
  const work = join(folder, "work");
  mkdirSync(work, { recursive: true });
  const requires = Object.entries(modules).map(([module, version]) => `require ${module} ${version}\n`);
  writeFileSync(join(work, "go.mod"), `module example.org/program\n\ngo 1.23\n\n${requires.join("")}`);
  writeFileSync(join(work, "main.go"), source);
  const env = {
    GOPROXY: `file://${proxy}`,
    GONOSUMDB: "*",
    GONOSUMCHECK: "1",
    GOFLAGS: "-mod=mod",
    GOTOOLCHAIN: "local",
    GOPATH: join(folder, "go"),
    GOSUMDB: "off",
    CGO_ENABLED: "0",
  };
  await output("go", ["build", ...flags, "-o", join(folder, "root", "program"), "."], { cwd: work, env });
  return join(folder, "root");
}

async function makeModule(
  proxy: string,
  module: string,
  version: string,
  all: Readonly<Record<string, string>>,
): Promise<void> {
  const from = join(
    "/usr/share/gocode/src",
    module.replace(/\/v\d+$/u, (end) => (existsSync(`/usr/share/gocode/src/${module}`) ? end : "")),
  );
  const at = join(proxy, module, "@v");
  const staged = join(proxy, "staged", `${module}@${version}`);
  mkdirSync(dirname(staged), { recursive: true });
  mkdirSync(at, { recursive: true });
  cpSync(from, staged, { recursive: true, dereference: true });
  const others = Object.entries(all).filter(([name]) => name !== module && !name.startsWith(`${module}/`));
  const mod = `module ${module}\n\ngo 1.18\n\n${others.map(([name, own]) => `require ${name} ${own}\n`).join("")}`;
  writeFileSync(join(staged, "go.mod"), mod);
  writeFileSync(join(at, `${version}.mod`), mod);
  writeFileSync(join(at, `${version}.info`), JSON.stringify({ Version: version, Time: "2024-01-01T00:00:00Z" }));
  writeFileSync(join(at, "list"), `${version}\n`);
  await output("zip", ["-qr", join(at, `${version}.zip`), `${module}@${version}`], { cwd: join(proxy, "staged") });
}

const findingSchema = z.looseObject({
  finding: z.looseObject({
    osv: z.string(),
    trace: z.array(z.looseObject({ module: z.string(), function: z.string().optional() })),
  }),
});

/** Records and modules of which govulncheck finds a symbol in the program. */
async function findBySymbols(root: string, database: string): Promise<ReadonlySet<string>> {
  const args = ["-mode=binary", "-json", "-db", `file://${database}`, join(root, "program")];
  const stdout = await output("govulncheck", args);
  const values = stdout.split(/^(?=\{$)/mu).map((text) => findingSchema.safeParse(JSON.parse(text)));
  const findings = values.flatMap(({ data }) => data?.finding ?? []);
  const linked = findings.filter(({ trace }) => trace.some((one) => one.function !== undefined));
  return new Set(linked.map(({ osv, trace }) => `${osv} ${trace[0]?.module ?? ""}`));
}

/** The records whose versions concern the program, and those of which Pith states that it does not have them. */
async function stateFor(folder: string, vulnerabilities: readonly Vulnerability[]) {
  const root = openDirectory(folder);
  const path = toAbsPath("/program");
  const packages: BuilderPackage[] = [];
  for await (const { name, version, purl } of goModules.read(root, [path])) {
    packages.push({ database: "golang", name, version, source: { name, version }, purl, files: [] });
  }
  const goId = ({ id, aliases }: Vulnerability): string => [id, ...aliases].find((one) => one.startsWith("GO-")) ?? id;
  const candidates = vulnerabilities.flatMap((one) => {
    const concerned = packages.filter(({ name, version }) =>
      one.packages.some(
        ({ name: other, affected }) =>
          other === name && isAffected(version, affected, versionOrders["golang"]) !== "no",
      ),
    );
    return concerned.map(({ name }) => `${goId(one)} ${name}`);
  });
  const file = { path, sizeBytes: statSync(join(folder, "program")).size };
  const statements = await stateAbsences(
    vulnerabilities,
    {
      packages,
      distribution: undefined,
      shipped: new Set(packages.map(({ name }) => `golang:${name}`)),
      has: (one) => one === path,
      hasCopy: async () => Promise.resolve(false),
      code: linkedCode([file], () => readFileSync(join(folder, "program"))),
    },
    versionOrders,
  );
  return {
    candidates,
    stated: new Set(statements.map(({ vulnerability, evidence }) => `${goId(vulnerability)} ${evidence.source}`)),
  };
}

const [records] = process.argv.slice(2);
if (records === undefined || !existsSync(records)) {
  say(usage);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), "pith-go-"));
  try {
    process.exitCode = await compareAll(folder, records);
  } finally {
    await output("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true, force: true });
  }
}
