import { commandHint } from "../../diagnostics/command-hint.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { firstNames } from "../../diagnostics/first-names.ts";
import { andMoreNames } from "../../diagnostics/more-names.ts";
import { namesPath } from "../../diagnostics/names-path.ts";
import { isOfContainers, useOf } from "../../rootfs/file-use.ts";
import { type AbsPath, baseName, compareBytes, toAbsPath } from "../../rootfs/rootfs.ts";
import { type Reason, weakEvidence } from "../model/closure.ts";
import { chainOf, type GraphNode, pointerOf } from "../model/graph.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { Owners } from "../ownership/owners.ts";
import type { RawFinding, Worklist } from "../walk/worklist.ts";

const chainLimit = 6;

/**
 * Findings as diagnostics: each once, with its chain, the place in the spec that it goes back to, and a hint; sorted.
 */
export function finishFindings(
  work: Worklist,
  { reasons, owners }: { readonly reasons: ReadonlyMap<AbsPath, Reason>; readonly owners: Owners },
): readonly Diagnostic[] {
  const byText = new Map<string, Diagnostic>();
  const others = new Map<string, readonly string[]>();
  // Of computed names, those of the application matter most, then those that few steps lead to.
  const { appRoot = "-" } = work.request.process;
  const weigh = ({ finding: { code }, from }: RawFinding): number =>
    code === "NAME_COMPUTED" ? chainOf(reasons, from).length + (from.startsWith(`${appRoot}/`) ? 0 : 1000) : 0;
  const byMessage = (left: RawFinding, right: RawFinding): number =>
    compareBytes(left.finding.message, right.finding.message) || compareBytes(left.from, right.from);
  const weighed = work.findings.map((raw) => [weigh(raw), raw] as const);
  const sorted = weighed.sort(([weight, left], [other, right]) => weight - other || byMessage(left, right));
  const proved = provedPaths(work.nodes.values());
  const executables = [...work.nodes.values()].filter(({ stat }) => stat.kind === "file" && (stat.mode & 0o111) !== 0);
  const shipped = new Set<string>([...work.nodes.keys(), ...executables.map(({ path }) => baseName(path))]);
  const hasProof = (one: string): boolean => proved.has(one) || pointerOf(one) !== undefined;
  for (const [, raw] of sorted) {
    const isProved = raw.isSuggested !== true && hasProof(raw.from) && hasProof(raw.starter ?? raw.from);
    if (raw.isMissing && !isProved && raw.finding.code !== "IMPORT_LEFT_OUT") continue;
    const { severity, code, message, hint, unlessShipped } = raw.finding;
    if (unlessShipped !== undefined && shipped.has(unlessShipped)) continue;
    // Names that could stand for the same files are one warning: the line to add is the same.
    const key = code === "NAME_COMPUTED" ? `${code} ${hint?.split(", because:")[0] ?? ""}` : `${code} ${message}`;
    const known = byText.get(key);
    if (known !== undefined) {
      if (code === "NAME_COMPUTED") others.set(key, [...(others.get(key) ?? []), message]);
      continue;
    }
    const chain = chainOf(reasons, raw.from);
    const pointer = commandPointer(raw, work.request);
    const isSoft = raw.isMissing && work.request.closure.missing === "warn";
    const advice = hint ?? hintFor(raw, work.request, owners);
    byText.set(key, {
      severity: isSoft ? "warning" : severity,
      code,
      message: message + printChain(raw, chain),
      ...(pointer === undefined ? placeOf(reasons, raw.from) : { pointer }),
      ...(advice === undefined ? {} : { hint: advice }),
    });
  }
  for (const [key, messages] of others) {
    const found = byText.get(key);
    if (found !== undefined) byText.set(key, { ...found, message: `${found.message}${andMoreNames(messages)}` });
  }
  return [...byText.values(), ...withheldFindings(work, reasons), ...namedCommandFindings(work, reasons)];
}

/** The place in the spec that a path goes back to, where there is one. */
function placeOf(reasons: ReadonlyMap<AbsPath, Reason>, from: string): Pick<Diagnostic, "pointer"> {
  const pointer = pointerOf(chainOf(reasons, from).at(-1)?.from ?? from);
  return pointer === undefined || pointer === "" ? {} : { pointer };
}

const shownPaths = 12;

/** One warning for all programs, and larger files, that stay out though something names them. */
function namedCommandFindings(work: Worklist, reasons: ReadonlyMap<AbsPath, Reason>): readonly Diagnostic[] {
  const left = [...work.namedCommands].filter(([path]) => !work.nodes.has(path));
  left.sort(([path], [other]) => compareBytes(path, other));
  const [first] = left;
  if (first === undefined) return [];
  const paths = left.map(([path]) => path);
  const isOfPrograms = paths.every((path) => useOf(path) === "command");
  const kind = isOfPrograms ? "program" : "file";
  const [count, are] = left.length === 1 ? [`1 ${kind}`, "is"] : [`${String(left.length)} ${kind}s`, "are"];
  return [
    {
      severity: "warning",
      code: "PROGRAM_LEFT_OUT",
      message: `cannot tell if ${count} of other packages, named in strings, ${are} ${isOfPrograms ? "started" : "used"}: ${firstNames(paths, shownPaths)}; asked for by ${first[1]}`,
      ...placeOf(reasons, first[1]),
      hint: isOfPrograms
        ? "add each that is started to `binaries`"
        : "add each that is started to `binaries`, and each that is read to `closure.include`",
    },
  ];
}

/** Files that stay out because not everybody may read them: each is told of once, with who asks for it first. */
function withheldFindings(work: Worklist, reasons: ReadonlyMap<AbsPath, Reason>): readonly Diagnostic[] {
  const told = new Set<AbsPath>();
  const groups = Map.groupBy(work.withheld, ({ from, because }) => `${from}\0${because}`);
  return [...groups.values()].flatMap((group) => {
    const [{ from, because } = { from: "", because: "" }] = group;
    const paths = group.flatMap((one) => one.paths).filter((path) => !isOfContainers(path));
    const absent = [...new Set(paths)].filter((path) => !work.nodes.has(path) && !told.has(path)).sort(compareBytes);
    for (const path of absent) told.add(path);
    const [first] = absent;
    if (first === undefined) return [];
    const count = absent.length === 1 ? "1 file" : `${String(absent.length)} files`;
    return [
      {
        severity: "warning",
        code: "FILE_PRIVATE",
        message: `cannot ship ${count} ${because}: private files need a line of the spec: ${firstNames(absent, shownPaths)}; asked for by ${from}`,
        ...placeOf(reasons, from),
        hint: `add \`{path: "${first}", because: "..."}\` to closure.include for each that the program reads`,
      },
    ];
  });
}

/**
 * Paths that something stronger than a suggestion leads to. What a suggested path lacks in the builder is no loss: it
 * lacks it there too.
 */
function provedPaths(nodes: Iterable<GraphNode>): ReadonlySet<string> {
  const outgoing = new Map<string, AbsPath[]>();
  for (const { path, edges } of nodes) {
    for (const { from, evidence } of edges) {
      if (weakEvidence.has(evidence)) continue;
      const known = outgoing.get(from);
      if (known === undefined) outgoing.set(from, [path]);
      else known.push(path);
    }
  }
  const proved = new Set<string>();
  const pending = [...outgoing.keys()].filter((from) => pointerOf(from) !== undefined);
  for (let from = pending.pop(); from !== undefined; from = pending.pop()) {
    for (const path of outgoing.get(from) ?? []) {
      if (proved.has(path)) continue;
      proved.add(path);
      pending.push(path);
    }
  }
  return proved;
}

/** Paths that findings are about. */
export function absentPaths(findings: readonly RawFinding[]): ReadonlySet<AbsPath> {
  return new Set(findings.flatMap(({ finding, alias }) => [finding.path ?? [], alias ?? []].flat()));
}

function printChain(raw: RawFinding, chain: readonly Reason[]): string {
  const requesters = [raw.from, ...chain.map((reason) => reason.from)].filter((from) => pointerOf(from) === undefined);
  // Most messages name the nearest asker themselves.
  const [nearest] = requesters;
  if (nearest !== undefined && namesPath(raw.finding.message, nearest)) requesters.shift();
  if (requesters.length === 0) return "";
  const shown =
    requesters.length > chainLimit ? [...requesters.slice(0, chainLimit - 1), "...", requesters.at(-1)] : requesters;
  return `; asked for by ${shown.join(" <- ")}`;
}

/** Where the spec names a file in its command that is not there. */
function commandPointer({ finding }: RawFinding, { process: proc }: ClosureRequest): string | undefined {
  const { path, code } = finding;
  if (path === undefined || code !== "FILE_MISSING") return undefined;
  const names = (args: readonly string[] | undefined): boolean =>
    args?.some((arg) => arg !== "" && toAbsPath(arg, proc.workdir) === path) === true;
  if (names(proc.cmd)) return "/image/cmd";
  return names(proc.entrypoint) ? "/image/entrypoint" : undefined;
}

/** True for the program that a platform expects where the spec names no interpreter. */
function isOwnRuntime(path: AbsPath, { process: proc, roots }: ClosureRequest): boolean {
  const [program] = proc.entrypoint ?? [];
  const isExpected = roots.some(({ kind, pointer }) => kind === "entrypoint" && pointer === "/serverless");
  return isExpected && program !== undefined && toAbsPath(program, proc.workdir) === path;
}

function hintFor(raw: RawFinding, request: ClosureRequest, owners: Owners): string | undefined {
  const { path, code } = raw.finding;
  if (!code.endsWith("_MISSING")) return undefined;
  if (path !== undefined && isOwnRuntime(path, request)) {
    return "add interpreter, whose client then calls the function, or put a program called bootstrap there";
  }
  if (commandPointer(raw, request) !== undefined) {
    return commandHint(path === undefined ? "" : baseName(path), request.process.cmd);
  }
  const names = [path ?? [], raw.alias ?? []].flat();
  const listed = names.map((name) => owners.listedBy.get(name)).find((name) => name !== undefined);
  return listed === undefined
    ? "add the package that has it to the builder's `packages`"
    : `install the package ${listed} again in the builder: it lists the file`;
}
