import { cachedStep } from "../cached-step.ts";
import { type Detector, evidenceAt, type Found } from "../candidate.ts";
import { compiledKeys } from "../compiled.ts";
import type { Project } from "../project.ts";

const releases = ["1.25", "1.24"];

/** Programs of Go. */
export const go: Detector = {
  looksFor: ["go.mod", "main.go"],
  async find(project): Promise<readonly Found[]> {
    const text = await project.text("go.mod");
    const sources = project.files.filter((path) => path.endsWith(".go") && !path.endsWith("_test.go"));
    if (text === "" && !sources.some((path) => !path.includes("/"))) return [];
    const module = /^module\s+(?<path>\S+)/mu.exec(text)?.groups?.["path"];
    const found = await findMain(project, sources);
    const evidence = module === undefined ? [] : [evidenceAt("go.mod", `module ${module}`, { text, shows: "module" })];
    const common = { name: "Go", confidence: 85 };
    const choice = chooseMain(found, module);
    if (choice === undefined) {
      const reason =
        found.length === 0
          ? "no directory has package main: it is a library"
          : `package main is in ${found.map(({ directory }) => directory).join(", ")}`;
      return [
        {
          ...common,
          evidence,
          reason,
          hint: "write a spec that builds one of them with go build -o /out/app ./DIRECTORY",
        },
      ];
    }
    const asked = /^go\s+(?<release>\d+\.\d+)/mu.exec(text)?.groups?.["release"];
    const isNewer = asked !== undefined && Number(asked.split(".")[1]) > 25;
    const release = isNewer ? asked : (releases[0] ?? "");
    const usesC = (await usesCgo(project, sources)) || /mattn\/go-sqlite3|confluent-kafka-go/u.test(text);
    const modules = cachedStep("go mod download", ["/go/pkg/mod"], module ?? "");
    const target = choice.directory === "." ? "." : `./${choice.directory}`;
    const run = `go build -trimpath -ldflags=-s -o /out/app ${text === "" ? "*.go" : target}`;
    const build = cachedStep(run, ["/go/pkg/mod", "/root/.cache/go-build"], module ?? "");
    const keys = compiledKeys(project, {
      from: `golang:${release}`,
      fromBecause: asked === undefined ? undefined : `go.mod asks for go ${asked}; newer toolchains build it`,
      env: { CGO_ENABLED: usesC ? "1" : "0", ...(text === "" ? { GO111MODULE: "off" } : {}) },
      lists: ["go.mod", "go.sum"],
      ...(/^\s*(?:require\b|\S+\.\S+\/\S+ v)/mu.test(text) ? { load: modules } : {}),
      steps: [build],
      program: "/out/app",
      programBecause: `${choice.file} has package main`,
      port: await findPort(project, choice.file),
    });
    return [{ ...common, evidence: [...evidence, { file: choice.file, fact: "package main" }], keys }];
  },
};

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

/** The root's own, the only one, or the one that is named like the module. */
function chooseMain(found: readonly Main[], module: string | undefined): Main | undefined {
  const base = module?.split("/").at(-1);
  return (
    found.find(({ directory }) => directory === ".") ??
    (found.length === 1 ? found[0] : found.find(({ directory }) => directory.split("/").at(-1) === base))
  );
}

async function usesCgo(project: Project, sources: readonly string[]): Promise<boolean> {
  for (const file of sources.slice(0, 200)) if (/^import "C"/mu.test(await project.text(file))) return true;
  return false;
}

async function findPort(project: Project, file: string): Promise<number | undefined> {
  const port = /"(?:[\d.]*|localhost)?:(?<port>\d{2,5})"/u.exec(await project.text(file))?.groups?.["port"];
  return port === undefined ? undefined : Number(port);
}
