import path from "node:path";
import process from "node:process";
import { contextMatcher, ignoreFiles } from "../../adapters/images/open-context.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { type ReadSpec, readSpec } from "../assembly.ts";
import { buildImage } from "../build-image.ts";
import type { Call, Command } from "../command.ts";
import { exitCodes, isIoError } from "../exit-codes.ts";
import { type FolderWatch, openFolderWatch, type Watched } from "../folder-watch.ts";
import { findImageEngine } from "../image-engine.ts";
import type { KeptBuild } from "../kept-build.ts";
import { imageId, openReplaced, type Replaced } from "../replaced-programs.ts";
import { imageToRun, portOptions, runImage, runImageOptions } from "../run-image.ts";
import { type Edit, openWatchSession, type WatchSession } from "../watch-session.ts";
import { watchedPaths } from "../watched-paths.ts";
import { misuse } from "../words.ts";

/** `pith watch`: builds and runs an image anew at each edit of what its spec reads. */
export const watch: Command = {
  name: "watch",
  summary: "Build and run an image, and again at each edit",
  description: `Does what pith run does, and again whenever the spec, a file that it includes, or a file of the build context that it reads
is edited. An edit during a build starts the build again. A build that fails leaves the watch going: correct the file, and it
is built again. A program that ends is started at the next edit. Ctrl-C, SIGTERM and SIGHUP end all of it in order.

Not watched: what .dockerignore leaves out, .git, and directories that package managers write (node_modules, .venv). A program
has until the next image is there to end, and a second at most.

What an engine has built once is taken out of it, so that edits of the application take no engine. What its steps read, and
lists of dependencies, go to the engine again.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  passes: "[-- ARGUMENT...]",
  options: runImageOptions,
  examples: [
    { line: "pith watch", does: "Run the application of this folder, always as it is now." },
    { line: "pith watch -e LOG=debug -p 8080:8000 --source main=oci:builder app", does: "With settings of your own." },
  ],
  async run(call) {
    const { signal, terminal } = call;
    const session = openWatchSession(await findImageEngine());
    const programs: Programs = { last: undefined, published: new Map(), replaced: openReplaced(session.engine) };
    let edit: Edit | undefined;
    try {
      for (let round = 0; ; round += 1) {
        const ending = new AbortController();
        const own: Call = { ...call, seen: [], signal: AbortSignal.any([signal, ending.signal]) };
        const { read, failure } = await readOrFail(own);
        const watching = openFolderWatch(watchedOf(own, read));
        const edited = awaitEdit(watching, ending, own.signal);
        try {
          if (read === undefined) tell(own, failure);
          const runs = read !== undefined && (await buildAndRun(own, session, { read, edit, round, call, programs }));
          if (!runs && !own.signal.aborted) terminal.say("waiting for an edit");
          const { paths, failure: broken } = await edited;
          if (signal.aborted) return exitCodes.interrupted;
          if (broken !== undefined) throw broken;
          edit = { at: performance.now(), paths };
          terminal.say(`edited: ${describe(call, paths)}`);
        } finally {
          ending.abort();
          await edited;
          watching.close();
        }
      }
    } finally {
      await programs.last?.ended;
      await programs.replaced.remove();
      await session.close(call);
    }
  },
};

async function readOrFail(call: Call): Promise<{ readonly read?: ReadSpec; readonly failure?: unknown }> {
  try {
    const read = await readSpec(call);
    if (read.options.platforms.length > 1) {
      throw misuse("cannot run several platforms at once: this machine is of one", "name one with --platform");
    }
    return { read };
  } catch (failure) {
    // What is wrong with the words is not corrected by an edit.
    if (failure instanceof BuildError && failure.diagnostics.every(({ span }) => span === undefined)) throw failure;
    return { failure };
  }
}

/** The files that a build of the spec reads; of a spec that cannot be read, the files with its text. */
function watchedOf(call: Call, read: ReadSpec | undefined): Watched {
  const context = call.words.operands[0] ?? "";
  const file = path.resolve(call.hostFolder, call.words.text("file") ?? path.join(context, "pith.yaml"));
  const contextFolder = path.resolve(call.hostFolder, context === "" ? path.dirname(file) : context);
  const texts = call.seen.map(({ name }) => path.join(path.dirname(file), name));
  const contents = read === undefined ? [] : watchedPaths(read.spec).map((one) => path.join(contextFolder, one));
  const isIgnored = contextMatcher(contextFolder, file);
  return {
    hostPaths: [...new Set([file, ...texts, ...ignoreFiles(contextFolder, file), ...contents])],
    isLeftOut: (hostPath, kind) => unwatched.test(hostPath) || isIgnored(hostPath, kind),
  };
}

/** Directories that other programs write, at any depth. */
const unwatched = /\/(?:\.git|\.hg|\.svn|node_modules|\.venv|__pycache__|\.mypy_cache|\.pytest_cache)$/u;

/** Waits for an edit, and ends what runs. Never rejects: a failure is a value. */
async function awaitEdit(
  watching: FolderWatch,
  ending: AbortController,
  signal: AbortSignal,
): Promise<{ readonly paths: readonly string[]; readonly failure?: Error }> {
  try {
    return { paths: await watching.changed(signal) };
  } catch (failure) {
    return { paths: [], failure: failure instanceof Error ? failure : new Error(String(failure)) };
  } finally {
    ending.abort();
  }
}

/** The programs that a watch starts, one at a time. */
interface Programs {
  last: { readonly ended: Promise<void>; readonly haste: AbortController } | undefined;
  /** The options that publish ports, by the ports: the program before still holds them when the next one is made. */
  readonly published: Map<string, ReturnType<typeof portOptions>>;
  readonly replaced: Replaced;
}

interface Round {
  readonly read: ReadSpec;
  readonly edit: Edit | undefined;
  readonly round: number;
  /** The whole watch's. */
  readonly call: Call;
  readonly programs: Programs;
}

/** Builds the image and starts its program, which then runs on; false where it does not. */
async function buildAndRun(
  own: Call,
  session: WatchSession,
  { read, edit, round, call, programs }: Round,
): Promise<boolean> {
  const { terminal, signal } = own;
  const { engine, kept } = session;
  const image = imageToRun(own, read);
  const begun = performance.now();
  try {
    await session.prepare(read, edit);
    const before = imageId(engine, image);
    const output = { kind: "engine", location: image, engine } as const;
    if ((await buildImage(own, read, { output, compression: "none", kept })) !== exitCodes.fine) return false;
    signal.throwIfAborted();
    terminal.say(`built in ${secondsSince(begun)} s`);
    const { replaced } = programs;
    replaced.images.push({ image, before: await before });
    start(own, { read, edit, engine, kept, image, programs, round });
    session.built(call, read);
    void replaced.removeLater(own.signal);
    return true;
  } catch (failure) {
    if (!signal.aborted) tell(own, failure);
    return false;
  }
}

/** Starts the program of an image as soon as the one before has ended. */
function start(
  call: Call,
  {
    read,
    edit,
    engine,
    kept,
    image,
    programs,
    round,
  }: Pick<Round, "read" | "edit" | "programs" | "round"> &
    Pick<WatchSession, "engine" | "kept"> & { readonly image: string },
): void {
  const container = `pith-${String(process.pid)}-${String(round)}`;
  const haste = new AbortController();
  const publish: typeof portOptions = async (own, settings) => {
    const key = JSON.stringify(settings.ports);
    const options = programs.published.get(key) ?? portOptions(own, settings);
    programs.published.set(key, options);
    return options;
  };
  // It was told to end at the edit.
  const { last } = programs;
  last?.haste.abort();
  const after = last?.ended.then(() => {
    if (edit !== undefined) call.terminal.say(`starting ${secondsSince(edit.at)} s after the edit`);
  });
  const one = { read, engine, image, container, graceSeconds: 1, haste: haste.signal, publish, after, stays: true };
  const ended = untilItEnds(call, kept, runImage(call, one));
  programs.last = { haste, ended: ended.then(() => void programs.replaced.containers.push(container)) };
}

/** What `docker run` ends with where no container could be made. */
const noContainer = 125;

/** Says how the program ended. Never rejects. */
async function untilItEnds(call: Call, kept: KeptBuild, running: Promise<number | undefined>): Promise<void> {
  const { terminal } = call;
  try {
    const code = await running;
    if (code === undefined) return;
    // Somebody may have removed what the engine had.
    if (code === noContainer) kept.loaded.clear();
    terminal.say(`the program ended with ${String(code)}`);
  } catch (failure) {
    if (call.signal.aborted) return;
    terminal.say(`the program did not start: ${failure instanceof Error ? failure.message : String(failure)}`);
  }
  terminal.say("waiting for an edit");
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(1);
}

/** Says what is wrong with a build, which an edit may correct. Throws what none corrects. */
function tell({ terminal, seen }: Call, failure: unknown): void {
  if (failure instanceof BuildError) terminal.report(failure.diagnostics, seen);
  else if (isIoError(failure)) terminal.say(`cannot go on: ${failure.message}`);
  else throw failure;
}

function describe({ hostFolder }: Call, hostPaths: readonly string[]): string {
  const [first = "", ...others] = hostPaths.map((one) => path.relative(hostFolder, one));
  return others.length === 0 ? first : `${first} and ${String(others.length)} more`;
}
