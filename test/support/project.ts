import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll } from "vitest";
import { type BuildOptions, build, mustBuild, testEngine } from "./engine.ts";

/** A folder of files that a test builds from; it is removed after the tests of the file. */
export interface Project {
  readonly folder: string;
  path(name: string): string;
  write(files: Readonly<Record<string, string>>): void;
}

/** Makes a project. Spec files (`*.yaml`) without a `# syntax=` line get that of the frontend under test. */
export function makeProject(files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(tmpdir(), "pith-project-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const project: Project = {
    folder,
    path: (name) => join(folder, name),
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        const syntax = name.endsWith(".yaml") && !text.startsWith("#") ? `# syntax=${testEngine().frontend}\n` : "";
        writeFileSync(join(folder, name), `${syntax}${text}`);
      }
    },
  };
  project.write(files);
  return project;
}

/** The files that a build exported. */
export interface BuiltTree {
  /** The whole plain progress. */
  readonly output: string;
  /** Text of a file without the last line break; undefined when it is missing. */
  read(path: string): string | undefined;
}

let exported = 0;

/** Builds a spec of a project, which has to succeed, and exports the image's files. */
export async function buildTree(project: Project, options: BuildOptions): Promise<BuiltTree> {
  exported += 1;
  const out = project.path(`exported-${String(exported)}`);
  const output = await mustBuild({ ...options, args: [...(options.args ?? []), `--output=type=local,dest=${out}`] });
  return {
    output,
    read: (path) => (existsSync(join(out, path)) ? readFileSync(join(out, path), "utf8").trimEnd() : undefined),
  };
}

/**
 * Builds a spec that has to fail, and returns what the user sees from the error on, without the progress before it. The
 * frontend is `FRONTEND`.
 */
export async function buildFailure(options: BuildOptions): Promise<string> {
  const { code, output } = await build(options);
  if (code === 0) throw new Error(`built ${options.spec} though it had to fail:\n${output}`);
  const [, ...tail] = output.split(/^(?=-{4,}$)|^(?=ERROR: )/mu);
  return stripVTControlCharacters(tail.join("")).replaceAll(testEngine().frontend, "FRONTEND");
}
