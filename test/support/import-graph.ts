import { readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";

/** One import of a file: static, dynamic or of types only. */
export interface Import {
  /** As it is written. */
  readonly text: string;
  /** Relative to `src`; of a package or a module of Node, as it is written. */
  readonly path: string;
  /** The folder below `src`; undefined for packages and modules of Node. */
  readonly room: string | undefined;
}

export interface SourceFile {
  /** Relative to `src`. */
  readonly path: string;
  readonly room: string;
  readonly lines: number;
  readonly isGenerated: boolean;
  /** The text without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Graph {
  readonly files: readonly SourceFile[];
  /** Groups of files that import each other in a circle, each sorted. */
  readonly circles: readonly (readonly string[])[];
}

const sourceFolder = new URL("../../src/", import.meta.url);
const importTexts = /\b(?:from|import)\s*\(?\s*"([^"]+)"/gu;

/** Every TypeScript file of `src` with what it imports. */
export async function readGraph(): Promise<Graph> {
  const names = await readdir(sourceFolder, { recursive: true });
  const paths = names.filter((path) => path.endsWith(".ts")).toSorted();
  const files = await Promise.all(paths.map(readSource));
  return { files, circles: findCircles(files) };
}

async function readSource(path: string): Promise<SourceFile> {
  const text = await readFile(new URL(path, sourceFolder), "utf8");
  const code = withoutComments(text);
  return {
    path,
    room: path.split("/")[0] ?? "",
    lines: text.split("\n").length - 1,
    isGenerated: path.endsWith(".gen.ts"),
    code,
    imports: textsIn(code).map((imported) => toImport(path, imported)),
  };
}

/** What a source imports, as it is written: static, dynamic or of types. */
export function importedTexts(source: string): readonly string[] {
  return textsIn(withoutComments(source));
}

function textsIn(code: string): readonly string[] {
  return [...code.matchAll(importTexts)].map((found) => found[1] ?? "");
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, "");
}

function toImport(importer: string, text: string): Import {
  if (!text.startsWith(".")) return { text, path: text, room: undefined };
  const path = posix.normalize(posix.join(posix.dirname(importer), text));
  return { text, path, room: path.startsWith("..") ? undefined : path.split("/")[0] };
}

/** Tarjan's strongly connected components that hold more than one file. */
function findCircles(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const edges = new Map(files.map((file) => [file.path, file.imports.map(({ path }) => path)]));
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): number => {
    const index = order.size;
    order.set(path, index);
    let lowest = index;
    stack.push(path);
    for (const next of edges.get(path) ?? []) {
      if (!edges.has(next)) continue;
      if (!order.has(next)) lowest = Math.min(lowest, visit(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, order.get(next) ?? lowest);
    }
    low.set(path, lowest);
    if (lowest === index) {
      const group = stack.splice(stack.indexOf(path));
      if (group.length > 1) circles.push(group.toSorted());
    }
    return lowest;
  };
  for (const { path } of files) if (!order.has(path)) visit(path);
  return circles;
}
