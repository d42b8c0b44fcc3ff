import { unknownCode } from "../../src/adapters/buildkit/errors.ts";
import type { PongResponseInit, StatInit } from "../../src/adapters/buildkit/gateway.gen.ts";
import { capability } from "../../src/formats/llb/capabilities.ts";
import { CallFailure, type Handlers, type Request } from "../lib/gateway-server.ts";

/** Texts by path, relative. */
export type TextFiles = Readonly<Record<string, string>>;

export interface WarmUpEngine {
  /** The contents of a solved graph. */
  readonly solve: (graph: Buffer) => TextFiles;
  /** Called when the build has come to its end: with what failed, or nothing. */
  readonly onReturn: (failure: unknown) => void;
}

const architecture = process.arch === "x64" ? "amd64" : process.arch;

const pong: PongResponseInit = {
  FrontendAPICaps: ["frontend.inputs", "gateway.warnings", "resolveimage"].map((ID) => ({ ID, Enabled: true })),
  LLBCaps: Object.values(capability).map((ID) => ({ ID, Enabled: true })),
  Workers: [{ ID: "practice", platforms: [{ OS: "linux", Architecture: architecture }] }],
};

const imageConfig = Buffer.from(
  JSON.stringify({ architecture, os: "linux", config: { Env: ["PATH=/usr/local/bin:/usr/bin:/bin"] } }),
);

/** Answers of an engine that builds nothing. */
export function answerAs(engine: WarmUpEngine): Handlers {
  const graphs: Buffer[] = [];
  const filesOf = ({ Ref: id }: Request): TextFiles => engine.solve(graphs[Number(id)] ?? Buffer.alloc(0));
  return {
    Ping: () => pong,
    Inputs: () => ({}),
    Warn: () => ({}),
    Evaluate: () => ({}),
    Solve: ({ Definition: graph }) => {
      if (!(graph instanceof Uint8Array)) throw new CallFailure(unknownCode, "there is no graph");
      return { result: { ref: { id: String(graphs.push(Buffer.from(graph)) - 1) } } };
    },
    ResolveImageConfig: ({ Ref: reference }) => ({
      Digest: `sha256:${"1".repeat(64)}`,
      Config: imageConfig,
      Ref: reference,
    }),
    StatFile: (request) => {
      const path = toRelative(request["Path"]);
      const content = filesOf(request)[path];
      if (content === undefined) throw new CallFailure(unknownCode, `stat ${path}: no such file or directory`);
      return { stat: fileStat(path, content) };
    },
    ReadFile: (request) => ({ Data: Buffer.from(filesOf(request)[toRelative(request["FilePath"])] ?? "") }),
    ReadDir: (request) => ({ entries: list(filesOf(request), toRelative(request["DirPath"])) }),
    Return: ({ error }) => {
      engine.onReturn(error);
      return {};
    },
  };
}

function toRelative(path: unknown): string {
  return String(path)
    .split("/")
    .filter((name) => name !== "" && name !== ".")
    .join("/");
}

function fileStat(path: string, content: string): StatInit {
  return { path, mode: 0o644, size: Buffer.byteLength(content), modTime: 0 };
}

function list(files: TextFiles, directory: string): readonly StatInit[] {
  const prefix = directory === "" ? "" : `${directory}/`;
  const found = new Map<string, StatInit>();
  for (const [path, content] of Object.entries(files)) {
    if (!path.startsWith(prefix)) continue;
    const [name = "", ...below] = path.slice(prefix.length).split("/");
    // The bit that Go's FileMode has for directories.
    found.set(name, below.length === 0 ? fileStat(name, content) : { path: name, mode: 0x8000_0000 + 0o755 });
  }
  return [...found.values()];
}
