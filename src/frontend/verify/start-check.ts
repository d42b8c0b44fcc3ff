import { createHash } from "node:crypto";
import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import { runExec } from "../../formats/llb/ops/exec.ts";
import type { State } from "../../formats/llb/state.ts";
import type { ImageSettings } from "../../formats/oci/image-config.ts";
import type { DeniedPath } from "../../inspect/explain/denied-paths.ts";
import type { MissingFile } from "../../inspect/explain/missing-files.ts";
import type { RunFindings } from "../../inspect/explain/run-findings.ts";
import { isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isDetected } from "../../spec/detected.ts";
import { flowText } from "../../spec/flow-text.ts";
import type { Spec } from "../../spec/spec.ts";
import { type PlatformBuild, progressName, showWarnings } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import type { ResolvedClosure } from "../resolve/closure-step.ts";
import { ownImage } from "../resolve/own-image.ts";
import { solveState } from "../solve.ts";
import { builderRoot, searchPath } from "./builder-root.ts";
import { type ComparedRuns, explainRuns, runBoth } from "./compared-runs.ts";
import { imageOwner, notesMount, notesPath, reportPath, runInBuilder, toolPath } from "./sandbox.ts";
import {
  commandLine,
  endingProblem,
  includeLine,
  lastLine,
  nameOf,
  type ProgramOutput,
  tellingLine,
} from "./verify-findings.ts";
import { readOutput } from "./verify-runs.ts";

/** How long a program is let run. One that waits for work before is stopped sooner. */
export const momentMilliseconds = 2500;

/** How long a further run in the builder may take to end as the image's did, before it is said that it does not. */
export const patienceMilliseconds = 20_000;

/** The account `nonroot`, in numbers. */
const defaultOwner = "65532:65532";

/** Files that are named of those that are missing or denied. */
const shownFiles = 3;

/**
 * Starts the image's command for a moment, in the finished root and in the builder, before the image is given to
 * anyone. An image that dies where the builder does not, for want of a file that the builder has, is an error; what
 * else it looks for in vain is a warning. The engine keeps both runs, and a closure that was found good is not started
 * again after an edit that leaves it alone. Throws `BuildError`.
 */
export async function checkStart(build: PlatformBuild, image: PlannedImage, root: State): Promise<void> {
  const { entrypoint, cmd } = image.settings;
  const command = [...entrypoint, ...cmd];
  if (command.length === 0 || !isWanted(build, image)) return;
  const note = `${notesPath}/${identityOf(image.closure)}`;
  const first = await runBoth(build, image, {
    root,
    args: command,
    pointer: pointerOf(build),
    group: "start",
    verb: "start ",
    milliseconds: momentMilliseconds,
    ...(build.options.noCache === true ? {} : { note }),
  });
  // An earlier build has found this closure good.
  if (first.ofImage.status === "" || first.ofBuilder.status === "") return;
  const runs = await waitForBuilder(build, image, first);
  const judged = judgeStart(runs, await explainRuns(build, image, runs), image.settings);
  const asRoot = judged.length > 0 ? judged : await startAsRoot(build, image, runs);
  // Whoever wrote the command knows what it takes; here nobody did.
  const found = asRoot.length > 0 || !isFound(build) ? asRoot : judgeFound(runs);
  const located = found.map((one) => {
    const pointer = one.pointer ?? pointerOf(build);
    return { ...one, pointer, span: build.spanOf(pointer) };
  });
  if (located.some(({ severity }) => severity === "error")) throw new BuildError(located);
  await (located.length > 0 ? showWarnings(build, located) : makeNote(build, note, runs.inImage));
}

/** True where the image has died and the builder's run was stopped at its work: that one may only be slower. */
export function isUnsettled({ ofImage, ofBuilder }: Pick<ComparedRuns, "ofImage" | "ofBuilder">): boolean {
  return problemOf(ofImage) !== undefined && isRunning(ofBuilder);
}

/** Runs the builder once more where its run tells too little yet, for long enough to tell. */
async function waitForBuilder(build: PlatformBuild, image: PlannedImage, runs: ComparedRuns): Promise<ComparedRuns> {
  if (!isUnsettled(runs)) return runs;
  const words = { what: `wait for ${commandLine(runs.command)} in its builder`, milliseconds: patienceMilliseconds };
  return { ...runs, ofBuilder: await startInBuilder(build, image, { command: runs.command, ...words }) };
}

/** Starts a command in the builder as root, where what became of it may be the user's fault. */
async function startAsRoot(
  build: PlatformBuild,
  image: PlannedImage,
  runs: ComparedRuns,
): Promise<readonly Diagnostic[]> {
  if (!mayNeedRoot(runs, build.spec, image.settings)) return [];
  const asRoot = { ...image, settings: { ...image.settings, user: "0:0" } };
  const words = { what: `start ${commandLine(runs.command)} as root`, milliseconds: patienceMilliseconds };
  return judgeAsRoot(runs, await startInBuilder(build, asRoot, { command: runs.command, ...words }));
}

/** Starts a command in the builder alone. `what` is the name of the step. */
async function startInBuilder(
  build: PlatformBuild,
  image: PlannedImage,
  { command, what, milliseconds }: { command: readonly string[]; what: string; milliseconds: number },
): Promise<ProgramOutput> {
  const state = await runInBuilder(build, image, builderRoot(image.closure), {
    args: [toolPath("observe"), "--for", String(milliseconds), reportPath, ...command],
    name: what,
    pointer: pointerOf(build),
    group: "start",
    morePath: searchPath(image.closure),
  });
  return solveState(build, state).then(readOutput);
}

/**
 * True for what dies in the image and in its builder as the user that images have by default: it may ask who it is, and
 * would have run as the root of an adopted image.
 */
export function mayNeedRoot(
  { ofImage, ofBuilder }: Pick<ComparedRuns, "ofImage" | "ofBuilder">,
  { image }: Pick<Spec, "image">,
  settings: Pick<ImageSettings, "user">,
): boolean {
  const isByDefault = image.user === undefined && ownerText(settings) === defaultOwner;
  return isByDefault && problemOf(ofImage) !== undefined && problemOf(ofBuilder) !== undefined;
}

/** The finding of a program that runs as root alone; `asRoot` is its run in the builder. */
export function judgeAsRoot(
  { command, ofImage }: Pick<ComparedRuns, "command" | "ofImage">,
  asRoot: ProgramOutput,
): readonly Diagnostic[] {
  const problem = problemOf(ofImage);
  if (problem === undefined || problemOf(asRoot) !== undefined) return [];
  const message = `cannot start ${commandLine(command)}: as the user ${defaultOwner} ${problem}, and with "user: root" it does not${printedLast(ofImage)}`;
  return [{ severity: "warning", code: "START_DENIED", message, hint: "write user: root" }];
}

/** False where the spec or the command line says so, where the start is verified anyway, and on a foreign platform. */
function isWanted({ spec, options, platform }: PlatformBuild, { baseImage }: PlannedImage): boolean {
  const { os, architecture } = options.buildPlatform;
  return (
    spec.startCheck &&
    options.startCheck &&
    // The debug image is the same with tools over it.
    baseImage === undefined &&
    !spec.verify.some(({ kind }) => kind === "start") &&
    platform.os === os &&
    platform.architecture === architecture
  );
}

/** The place of the spec that says what is started. */
function pointerOf(build: PlatformBuild): string {
  return ["/cmd", "/entrypoint", "/interpreter", "/from"].find((pointer) => build.isWritten(pointer)) ?? "";
}

/** True where detection has said what is started. */
function isFound(build: PlatformBuild): boolean {
  const pointer = ["/cmd", "/entrypoint", "/binaries", "/interpreter", "/from"].find((one) => build.isWritten(one));
  return pointer !== undefined && isDetected(build.spanOf(pointer));
}

/** The finding of a command that detection chose, and that ends badly in the builder, too: it takes more to run. */
export function judgeFound({
  command,
  ofImage,
  ofBuilder,
}: Pick<ComparedRuns, "command" | "ofImage" | "ofBuilder">): readonly Diagnostic[] {
  const problem = problemOf(ofImage);
  if (problem === undefined || problemOf(ofBuilder) === undefined) return [];
  const line = tellingLine(ofImage);
  const printed = line === undefined ? "" : `; it printed: ${line}`;
  const message = `cannot tell whether ${commandLine(command)} works: in the image and in the builder ${problem}${printed}`;
  const hint = "give it what it asks for when it runs: variables, arguments, files, a network";
  return [{ severity: "warning", code: "START_ENDED", message, hint }];
}

/** Names a closure by its request and its answer, but for the sizes of sources that skeletons stand in for. */
function identityOf({ request, answer }: ResolvedClosure): string {
  const hasSkeletons = request.trees.some((tree) => tree.skeletons === true);
  const figures = hasSkeletons ? { ...answer.figures, bytes: 0 } : answer.figures;
  const known = [request, { ...answer, figures }];
  return createHash("sha256").update(JSON.stringify(known)).digest("hex");
}

/**
 * The findings of a start in the image and in its builder: an error where it dies for want of a file, else a warning.
 * `settings` are the image's.
 */
export function judgeStart(
  { command, ofImage, ofBuilder }: Pick<ComparedRuns, "command" | "ofImage" | "ofBuilder">,
  { missing, denied }: RunFindings,
  settings: Pick<ImageSettings, "user">,
): readonly Diagnostic[] {
  const problem = problemOf(ofImage);
  const isWorse = problem !== undefined && problemOf(ofBuilder) === undefined;
  // What the output names is likelier to be the cause, then what was asked for by name, then what was looked for last.
  const rank = ({ isNamed, isListed }: MissingFile): number => (isNamed ? 0 : isListed === true ? 2 : 1);
  const likely = missing.toReversed().toSorted((left, right) => rank(left) - rank(right));
  const printed = printedLast(ofImage);
  const [refused] = denied;
  if (problem === undefined || (!isWorse && refused === undefined)) return missed(command, likely);
  const where = isWorse ? `${problem}, and in the builder it does not` : `and in the builder ${problem}`;
  const start = `cannot start ${commandLine(command)}: in the image ${where}`;
  const [first] = isWorse ? likely : [];
  if (first === undefined && refused !== undefined) {
    const message = `${start}; ${deniedTo(settings, denied)}${printed}`;
    return [{ severity: "warning", code: "START_DENIED", message, hint: permission(settings, refused) }];
  }
  if (first === undefined) {
    const hint = "read what it printed, above under its name";
    return [{ severity: "warning", code: "START_DIFFERS", message: `${start}${printed}`, hint }];
  }
  return [
    {
      severity: "error",
      code: "START_FAILED",
      message: `${start}; ${notFound(first, likely)}${printed}`,
      ...remedyOf(first, likely),
    },
  ];
}

function printedLast(output: ProgramOutput): string {
  const last = lastLine(output);
  return last === undefined ? "" : `; it printed last: ${last}`;
}

/** `the user 65532:65532 may not use /var/lib/nginx/body`. */
function deniedTo(settings: Pick<ImageSettings, "user">, denied: readonly DeniedPath[]): string {
  const names = denied.slice(0, shownFiles).map(({ path }) => quote(path).slice(1, -1));
  return `the user ${ownerText(settings)} may not use ${names.join(", ")}${more(denied.length)}`;
}

/** The line that gives a program the directory of what it was denied. */
function permission(settings: Pick<ImageSettings, "user">, { path }: DeniedPath): string {
  const directory = { directory: true, owner: ownerText(settings) };
  const line = `write files: ${flowText({ [parentOf(path)]: directory })}`;
  return imageOwner(settings).uid === 0 ? line : `${line}, or user: root`;
}

function ownerText(settings: Pick<ImageSettings, "user">): string {
  const { uid, gid } = imageOwner(settings);
  return `${String(uid)}:${String(gid)}`;
}

/** How a program failed; undefined for one that ended well or runs on. */
function problemOf(output: ProgramOutput): string | undefined {
  return isRunning(output) ? undefined : endingProblem(output, 0);
}

function isRunning({ status }: ProgramOutput): boolean {
  return status.startsWith("running");
}

/** What programs make again where it is missing, as the Filesystem Hierarchy Standard defines it. */
const caches = toAbsPath("/var/cache");

/** What a level cut, a directory did not list, or a cache holds is optional to a program that starts without it. */
function missed(command: readonly string[], likely: readonly MissingFile[]): readonly Diagnostic[] {
  const missing = likely.filter(
    ({ path, isCut, isListed }) => isCut !== true && isListed !== true && !isWithin(path, caches),
  );
  const [first] = missing;
  if (first === undefined) return [];
  const what = `all that ${commandLine(command)} opens when it starts`;
  const message = `cannot find ${what}: ${notFound(first, missing)}`;
  return [{ severity: "warning", code: "START_MISS", message, ...remedyOf(first, missing) }];
}

/** `/usr/bin/x did not find /lib/y.so (package liby), /etc/y and 3 more, which the builder has`. */
function notFound({ program }: MissingFile, missing: readonly MissingFile[]): string {
  const names = missing.slice(0, shownFiles).map(nameOf).join(", ");
  const requester = program === "" ? "the program" : program;
  return `${requester} did not find ${names}${more(missing.length)}, which the builder has`;
}

function more(count: number): string {
  return count > shownFiles ? ` and ${String(count - shownFiles)} more` : "";
}

/** What brings the files that a message names; a pattern that takes the likeliest away comes before them. */
function remedyOf(first: MissingFile, missing: readonly MissingFile[]): Pick<Diagnostic, "hint" | "pointer"> {
  if (first.excludedBy !== undefined) {
    return { hint: "remove the pattern from closure.exclude", pointer: `/closure/exclude/${String(first.excludedBy)}` };
  }
  const named = missing.slice(0, shownFiles).filter(({ excludedBy }) => excludedBy === undefined);
  return { hint: `add to closure.include: ${named.map(includeLine).join(" and ")}` };
}

/** Has the engine keep that a closure was found good. The run is an input, so that a later one is noted again. */
async function makeNote(build: PlatformBuild, note: string, inImage: State): Promise<void> {
  const { mounts } = runExec(
    {
      root: await ownImage(build),
      readonlyRoot: true,
      args: ["/pith/bin/unless", "--note", note],
      network: "none",
      mounts: [
        notesMount,
        { type: "bind", dest: "/dev/pith/run", state: inImage, readonly: true, contentCache: "off" },
        { type: "bind", dest: "/dev/pith/out", state: undefined, output: true },
      ],
      platform: build.options.buildPlatform,
    },
    { name: progressName(build, "internal", "note that the closure starts") },
  );
  await (await solveState(build, mounts.get("/dev/pith/out")))?.evaluate();
}
