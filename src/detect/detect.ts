import type { Checked, Diagnostic } from "../diagnostics/diagnostic.ts";
import { escapeText } from "../diagnostics/escape.ts";
import { type Candidate, type Evidence, type Found, isCandidate, type Obstacle } from "./candidate.ts";
import { detectors } from "./detectors.gen.ts";
import { findLoopback } from "./loopback.ts";
import { type MoreKeys, withMore } from "./more-keys.ts";
import { openProject, type Project, type ProjectFiles, projectIn } from "./project.ts";
import { comment, printKeys } from "./spec-text.ts";

/** The spec of an application that was detected, and what it stands on. */
export interface DetectedSpec {
  /** For people, as `Next.js`. */
  readonly name: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** The whole spec, with the reasons as comments. */
  readonly text: string;
}

/** Undefined, with errors, where no spec can be written. */
export interface Detection {
  readonly detected: DetectedSpec | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The frontend that a spec names where nothing says which. */
export const defaultSyntax = "localhost:5000/pith:1";

/** What a spec without a word stands for, for `parseSpec`. Its first line names the frontend that the spec names. */
export function detectFor(
  files: () => Promise<ProjectFiles>,
  spec: Uint8Array,
): (folder: string) => Promise<Checked<string>> {
  const head = new TextDecoder().decode(spec.subarray(0, 4096));
  const syntax = /^#\s*syntax\s*=\s*(?<image>\S+)/mu.exec(head)?.groups?.["image"] ?? defaultSyntax;
  return async (folder) => {
    const { detected, diagnostics } = await detectSpec(await files(), { folder, syntax });
    return { value: detected?.text, diagnostics };
  };
}

/** Where detection looks, and what the spec says beside what is found. */
export interface DetectOptions extends MoreKeys {
  /** The directory of the application; default: the root of the build context. */
  readonly folder?: string;
  readonly syntax: string;
}

/**
 * Finds what a directory of a repository holds, and writes the spec that builds it. Reads names and a few small files,
 * and runs nothing. DETECT_NOTHING, DETECT_AMBIGUOUS and DETECT_START say why there is none.
 */
export async function detectSpec(
  files: ProjectFiles,
  { folder = "", syntax, ...also }: DetectOptions,
): Promise<Detection> {
  const root = await openProject(files, folder);
  const inRoot = await findAll(root);
  const found = inRoot.length > 0 ? inRoot : await findBelow(root);
  const [best, ...others] = found;
  if (best === undefined) return failed(nothing(root));
  const equal = others.filter(({ confidence }) => confidence === best.confidence);
  if (equal.length > 0) return failed(ambiguous(root, [best, ...equal]));
  if (!isCandidate(best)) return failed(obstructed(root, best));
  const unbuilt = others.filter((one) => isCandidate(one) && one.confidence >= 50).map(({ name }) => name);
  const text = writeSpec({ ...best, keys: withMore(best.keys, also) }, unbuilt, syntax);
  const { name, confidence, evidence } = best;
  const below =
    best.folder === root.folder ? root : projectIn(root, best.folder.slice(root.folder.length).replace(/^\//u, ""));
  const loopback = await findLoopback(below, best);
  const diagnostics = loopback === undefined ? [] : [unreachable(name, located(below, loopback))];
  return { detected: { name, confidence, evidence, text }, diagnostics };
}

function unreachable(name: string, fact: Evidence): Diagnostic {
  return {
    severity: "warning",
    code: "DETECT_LOOPBACK",
    message: `cannot reach ${name} from outside its container: it listens on the loopback address (${escapeText(evidenceText(fact))})`,
    hint: "listen on 0.0.0.0, or on the address that a variable such as HOST names",
  };
}

/** What was found in a directory, the surest first. */
async function findAll(project: Project): Promise<readonly Located[]> {
  const found: Found[] = [];
  // One after another: where there is more than may be read, it is the same on each machine that is not.
  for (const detector of detectors) found.push(...(await detector.find(project)));
  return found
    .map((one) => ({ ...one, evidence: one.evidence.map((fact) => located(project, fact)), folder: project.folder }))
    .toSorted((left, right) => right.confidence - left.confidence || (left.name < right.name ? -1 : 1));
}

/** A fact with its file as a path of the build context. */
function located(project: Project, fact: Evidence): Evidence {
  return { ...fact, file: fact.file.startsWith("/") ? fact.file.slice(1) : project.inContext(fact.file) };
}

type Located = Found & { readonly folder: string };

/** Directories below that are looked into, where the root itself is not an application. */
const maxDirectories = 200;

/** Directories that are mostly a part of what lies above: a script in them is no application. */
const parts =
  /(?:^|\/)(?:\.[^/]*|assets|bin|config|docs?|examples?|js|javascripts?|lib|public|scripts|spec|src|static|templates|tests?|themes|tools|views)(?:\/|$)/u;

/** What was found in the directories below: the best of each, all of the same confidence. */
async function findBelow(root: Project): Promise<readonly Located[]> {
  const directories = new Set<string>();
  for (const path of root.files) {
    const parts = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= Math.min(parts.length, 2); depth += 1)
      directories.add(parts.slice(0, depth).join("/"));
  }
  const best: Located[] = [];
  for (const directory of [...directories].slice(0, maxDirectories)) {
    // A directory of an application is a part of it.
    if (best.some(({ folder }) => root.inContext(directory).startsWith(`${folder}/`))) continue;
    const [first] = await findAll(projectIn(root, directory));
    if (first !== undefined && first.confidence >= (parts.test(directory) ? 70 : 50)) best.push(first);
  }
  const usable = best.filter(isCandidate);
  // A library beside an application has a start by its name alone.
  const sure = usable.filter(({ confidence }) => confidence >= 70);
  const chosen = sure.length > 0 ? sure : usable.length > 0 ? usable : best;
  return chosen.map((one) => ({ ...one, confidence: 50 }));
}

function failed(...diagnostics: readonly Diagnostic[]): Detection {
  return { detected: undefined, diagnostics };
}

function place({ folder }: { readonly folder: string }): string {
  return folder === "" ? "the build context" : escapeText(folder);
}

function nothing(root: Project): Diagnostic {
  const looked = [...new Set(detectors.flatMap(({ looksFor }) => looksFor))].toSorted();
  const count = root.files.length;
  const seen = count === 0 ? "it has no files" : `no file says what to run, of ${String(count)} that were seen`;
  return {
    severity: "error",
    code: "DETECT_NOTHING",
    message: `cannot detect an application in ${place(root)}: ${seen}; looked for ${looked.join(", ")}`,
    hint: "write a spec with from, and interpreter and app, or binaries",
  };
}

function ambiguous(root: Project, found: readonly Located[]): Diagnostic {
  const folders = [...new Set(found.map(({ folder }) => folder))];
  const names = found.map(({ name, folder }) => (folder === root.folder ? name : `${name} in ${escapeText(folder)}`));
  const hint =
    folders.length > 1
      ? `name one directory, as app: ${folders[0] ?? "."} in the spec, or pith init ${folders[0] ?? "."}`
      : "write a spec with from, and interpreter and app, or binaries";
  return {
    severity: "error",
    code: "DETECT_AMBIGUOUS",
    message: `cannot choose an application in ${place(root)}: it may be ${names.join(", or ")}`,
    hint,
  };
}

function obstructed(root: Project, { name, reason, hint, evidence }: Obstacle): Diagnostic {
  const [first] = evidence;
  const seen = first === undefined ? "" : ` (${escapeText(evidenceText(first))})`;
  return {
    severity: "error",
    code: "DETECT_START",
    message: `cannot write a spec for ${name} in ${place(root)}${seen}: ${escapeText(reason)}`,
    hint: escapeText(hint),
  };
}

function evidenceText({ file, line, fact }: Evidence): string {
  return `${file}${line === undefined ? "" : `:${String(line)}`}: ${fact}`;
}

function writeSpec(best: Candidate, also: readonly string[], syntax: string): string {
  const lines = [
    `# syntax=${syntax}`,
    ...comment(`${best.name}, detected from:`),
    ...best.evidence.flatMap((one) => comment(`- ${escapeText(evidenceText(one))}`)),
    ...(also.length === 0 ? [] : comment(`Not built: ${also.join(", ")}.`)),
  ];
  return `${lines.join("\n")}\n${printKeys(best.keys)}`;
}
