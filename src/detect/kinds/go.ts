import { cachedStep } from "../cached-step.ts";
import { type Detector, evidenceAt, type Found, type SpecKey } from "../candidate.ts";
import { compiledKeys } from "../compiled.ts";
import type { Project } from "../project.ts";

const releases = ["1.25", "1.24"];

/** Programs of Go. */
export const go: Detector = {
  looksFor: ["go.mod", "go.work", "main.go"],
  async find(project): Promise<readonly Found[]> {
    const text = await project.text("go.mod");
    const sources = project.files.filter((path) => path.endsWith(".go") && !path.endsWith("_test.go"));
    const work = text === "" ? await project.text("go.work") : "";
    if (work !== "") return [await fromWorkspace(project, work, sources)];
    if (text === "" && !sources.some((path) => !path.includes("/"))) return [];
    const module = /^module\s+(?<path>\S+)/mu.exec(text)?.groups?.["path"];
    const found = await findMain(project, sources);
    const evidence = module === undefined ? [] : [evidenceAt("go.mod", `module ${module}`, { text, shows: "module" })];
    const common = { name: "Go", confidence: 85 };
    const choice = chooseMain(found, module);
    if (choice === undefined) return [noMain({ ...common, evidence }, found)];
    const asked = /^go\s+(?<release>\d+\.\d+)/mu.exec(text)?.groups?.["release"];
    const listens = await findListening(project, choice.file);
    const usesC = (await usesCgo(project, sources)) || /mattn\/go-sqlite3|confluent-kafka-go/u.test(text);
    const modules = cachedStep("go mod download", ["/go/pkg/mod"], module ?? "");
    const target = choice.directory === "." ? "." : `./${choice.directory}`;
    const run = `go build -trimpath -ldflags=-s -o /out/app ${text === "" ? "*.go" : target}`;
    const build = cachedStep(run, ["/go/pkg/mod", "/root/.cache/go-build"], module ?? "");
    const keys = await compiledKeys(project, {
      from: `golang:${releaseFor(asked)}`,
      fromBecause: asked === undefined ? undefined : `go.mod asks for go ${asked}; newer toolchains build it`,
      env: { CGO_ENABLED: usesC ? "1" : "0", ...(text === "" ? { GO111MODULE: "off" } : {}) },
      lists: ["go.mod", "go.sum"],
      // Modules that lie in vendor/ are taken from there.
      ...(/^[ \t]*(?:require\b|[\w-]+\.[^\s/]+\/\S+ v)/mu.test(text) && !project.leavesOut("vendor")
        ? { load: modules }
        : {}),
      steps: [build],
      program: "/out/app",
      programBecause: `${choice.file} has package main`,
      port: listens.port,
    });
    const all = [...keys, ...variables(listens)];
    return [{ ...common, evidence: [...evidence, { file: choice.file, fact: "package main" }], keys: all }];
  },
};

/** A workspace of modules, which is built from its root. */
async function fromWorkspace(project: Project, work: string, sources: readonly string[]): Promise<Found> {
  const evidence = [evidenceAt("go.work", "a workspace of Go", { text: work, shows: /^use\b/mu })];
  const found = await findMain(project, sources);
  const choice = chooseMain(found, undefined);
  const common = { name: "Go", confidence: 85, evidence };
  if (choice === undefined) return noMain(common, found);
  const asked = /^go\s+(?<release>\d+\.\d+)/mu.exec(work)?.groups?.["release"];
  const listens = await findListening(project, choice.file);
  const run = `go build -trimpath -ldflags=-s -o /out/app ./${choice.directory}`;
  const keys = await compiledKeys(project, {
    from: `golang:${releaseFor(asked)}`,
    fromBecause: asked === undefined ? undefined : `go.work asks for go ${asked}; newer toolchains build it`,
    env: { CGO_ENABLED: (await usesCgo(project, sources)) ? "1" : "0" },
    steps: [cachedStep(run, ["/go/pkg/mod", "/root/.cache/go-build"], choice.directory)],
    program: "/out/app",
    programBecause: `${choice.file} has package main`,
    port: listens.port,
  });
  return { ...common, keys: [...keys, ...variables(listens)] };
}

function noMain(common: Pick<Found, "name" | "confidence" | "evidence">, found: readonly Main[]): Found {
  const reason =
    found.length === 0
      ? "no directory has package main: it is a library"
      : `package main is in ${found.map(({ directory }) => directory).join(", ")}`;
  return { ...common, reason, hint: "write a spec that builds one of them with go build -o /out/app ./DIRECTORY" };
}

function releaseFor(asked: string | undefined): string {
  return asked !== undefined && Number(asked.split(".")[1]) > 25 ? asked : (releases[0] ?? "");
}

function variables({ env }: Listening): readonly SpecKey[] {
  return Object.keys(env).length === 0 ? [] : [{ key: "env", value: env, because: "it reads its port from here" }];
}

interface Main {
  readonly directory: string;
  readonly file: string;
}

async function findMain(project: Project, sources: readonly string[]): Promise<readonly Main[]> {
  const found = new Map<string, string>();
  for (const file of sources) {
    const directory = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
    if (found.has(directory) || /(?:^|\/)(?:examples?|testdata|internal\/tools|tools|hack)(?:\/|$)/u.test(directory))
      continue;
    const text = await project.text(file);
    if (/^package main\b/mu.test(text) && !/^\/\/go:build ignore/mu.test(text)) found.set(directory, file);
  }
  return [...found].map(([directory, file]) => ({ directory, file }));
}

/** Names of the program that serves, beside those that migrate, seed and work. */
const servers = new Set(["server", "api", "web", "app", "main", "http"]);

/** The root's own, the only one, the one that is named like the module, or the only one that is named as a server. */
function chooseMain(found: readonly Main[], module: string | undefined): Main | undefined {
  const base = module?.split("/").at(-1);
  const named = ({ directory }: Main): string => directory.split("/").at(-1) ?? "";
  const serving = found.filter((one) => servers.has(named(one)));
  return (
    found.find(({ directory }) => directory === ".") ??
    (found.length === 1 ? found[0] : found.find((one) => named(one) === base)) ??
    (serving.length === 1 ? serving[0] : undefined)
  );
}

async function usesCgo(project: Project, sources: readonly string[]): Promise<boolean> {
  for (const file of sources.slice(0, 200)) if (/^import "C"/mu.test(await project.text(file))) return true;
  return false;
}

interface Listening {
  readonly port: number | undefined;
  /** PORT, where the program takes its port from there. */
  readonly env: Readonly<Record<string, string>>;
}

async function findListening(project: Project, file: string): Promise<Listening> {
  const text = await project.text(file);
  const written = /"(?:[\d.]*|localhost)?:(?<port>\d{2,5})"|\bport\s*:?=\s*"(?<named>\d{2,5})"/iu.exec(text)?.groups;
  const port = written?.["port"] ?? written?.["named"];
  if (port !== undefined) return { port: Number(port), env: {} };
  if (/\b(?:Getenv|LookupEnv)\("PORT"\)/u.test(text)) return { port: 8080, env: { PORT: "8080" } };
  // Gin's own default.
  return { port: /\.Run\(\)/u.test(text) && text.includes("gin-gonic/gin") ? 8080 : undefined, env: {} };
}
