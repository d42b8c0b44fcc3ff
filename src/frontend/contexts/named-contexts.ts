import { BuildError } from "../../diagnostics/diagnostic.ts";
import { redact } from "../../diagnostics/redact.ts";
import { fromDefinition } from "../../formats/llb/definition.ts";
import type { Definition } from "../../formats/llb/graph.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import { sourceGit, sourceHttp, sourceLocal } from "../../formats/llb/ops/source.ts";
import { type LayoutReference, parseLayoutReference } from "../../formats/llb/reference.ts";
import type { State, VertexOptions } from "../../formats/llb/state.ts";
import { parseIgnoreFile } from "../../plan/ignore-file.ts";
import type { Engine } from "../engine.ts";
import { readFiles, solveTree } from "./read-trees.ts";
import { isHttpUrl, parseGitUrl } from "./remote-url.ts";

/** A named build context (`--build-context NAME=VALUE`), before it is opened. */
export type NamedContext =
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "oci-layout"; readonly name: string; readonly layout: LayoutReference }
  | { readonly kind: "scratch" }
  /** `config` is the image config that came with a target of the same bake run. */
  | { readonly kind: "tree"; readonly state: State; readonly config: Uint8Array | undefined };

/** The contents of the client's session. */
export interface SessionParts {
  readonly inputs: ReadonlyMap<string, Definition>;
  /** The session that serves a local directory. */
  readonly sessionOf: (local: string) => string;
}

/** Opens the value of a named context. Throws CONTEXT_INVALID. */
export async function openNamed(
  engine: Engine,
  { name, value }: { readonly name: string; readonly value: string },
  { inputs, sessionOf }: SessionParts,
): Promise<NamedContext> {
  const scheme = value.slice(0, Math.max(0, value.indexOf(":")));
  const rest = value.slice(scheme.length + 1).replace(/^\/\//u, "");
  if (scheme === "docker-image") {
    return rest === "scratch" ? { kind: "scratch" } : { kind: "image", reference: rest };
  }
  if (scheme === "oci-layout") {
    const layout = parseLayoutReference(rest);
    if (layout !== undefined) return { kind: "oci-layout", name, layout };
  }
  if (scheme === "local") {
    const readIgnore = sourceLocal(rest, {
      name: `[context ${name}] load .dockerignore`,
      sessionId: sessionOf(rest),
      followPaths: [".dockerignore"],
      sharedKeyHint: `${rest}-ignore`,
      differ: "none",
    });
    const ignore = (await readFiles(await solveTree(engine, readIgnore, []), [".dockerignore"])).get(".dockerignore");
    const state = sourceLocal(rest, {
      name: `[context ${name}] load from client`,
      sessionId: sessionOf(rest),
      excludePatterns: ignore === undefined ? [] : parseIgnoreFile(new TextDecoder().decode(ignore)),
      sharedKeyHint: `context:${name}`,
    });
    return { kind: "tree", state, config: undefined };
  }
  if (scheme === "input") {
    const definition = inputs.get(rest);
    if (definition !== undefined) {
      return {
        kind: "tree",
        state: fromDefinition(definition),
        config: inputConfig(engine, rest),
      };
    }
  }
  const git = gitState(value, { name: `[context ${name}] load git source ${redact(value)}` });
  if (git !== undefined) return { kind: "tree", state: git, config: undefined };
  if (isHttpUrl(value)) {
    const state = sourceHttp(value, { name: `[context ${name}] ${redact(value)}`, filename: "context" });
    const unpacked = editFiles(undefined, [{ kind: "copy", from: state, src: "/context", dest: "/", unpack: true }], {
      name: `[context ${name}] unpack`,
    });
    return { kind: "tree", state: unpacked, config: undefined };
  }
  throw new BuildError([
    {
      severity: "error",
      code: "CONTEXT_INVALID",
      message: `cannot open build context ${name}: ${redact(value)} is of no known form`,
      hint: "give --build-context NAME= a directory, docker-image://, oci-layout://, git or http URL",
    },
  ]);
}

function inputConfig(engine: Engine, input: string): Uint8Array | undefined {
  const text = engine.options.get(`input-metadata:${input}`);
  if (text === undefined) return undefined;
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || !("containerimage.config" in parsed)) return undefined;
  const config = parsed["containerimage.config"];
  return typeof config === "string" ? Buffer.from(config, "base64") : undefined;
}

/** The tree of a git URL; undefined when the text is none. SSH remotes get the client's default agent. */
export function gitState(url: string, vertex: VertexOptions): State {
  const git = parseGitUrl(url);
  if (git === undefined) return undefined;
  return sourceGit(git.remote, {
    ...vertex,
    ...(git.ref === undefined ? {} : { ref: git.ref }),
    ...(git.subdirectory === undefined ? {} : { subdir: git.subdirectory }),
    ...(git.isSsh ? { sshSocket: "default" } : {}),
  });
}
