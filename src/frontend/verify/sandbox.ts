import { invariant } from "../../diagnostics/invariant.ts";
import { runExec } from "../../formats/llb/ops/exec.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { ExecMount, State } from "../../formats/llb/state.ts";
import { formatEnv, type ImageSettings } from "../../formats/oci/image-config.ts";
import { adoptsImage } from "../../plan/image-process.ts";
import type { Spec } from "../../spec/spec.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";
import type { PlannedImage } from "../planned-image.ts";
import { ownImage } from "../resolve/own-image.ts";

// Below `/dev`, which is memory of the container's own: nothing of it is made in the image.
const toolsPath = "/dev/pith/bin";
const outputPath = "/dev/pith/out";

/** Where a run writes its reports; in the result they lie in `/report`. */
export const reportPath: string = `${outputPath}/report`;

/** Where a run finds the notes of earlier builds. */
export const notesPath = "/dev/pith/notes";

/** Notes of starts that found nothing, kept by the engine: without them a start is made again. */
export const notesMount: ExecMount = { type: "cache", dest: notesPath, id: "pith-starts", sharing: "shared" };

/** A tool of the frontend's own image, a folder of `native`, as a run finds it. */
export function toolPath(name: string): string {
  return `${toolsPath}/${name}`;
}

export interface SandboxRun {
  readonly args: readonly string[];
  readonly name: string;
  /** The place of the spec that asked for it. */
  readonly pointer: string;
  /**
   * `image`: read-only where the image allows it, with memory on `/tmp`. `engine`: can be written, as engines run
   * images by default, with memory on `/tmp`. `writable`: the image's own directories, modes and all.
   */
  readonly root?: "image" | "engine" | "writable";
  /** In progress output. Default: `verify`. */
  readonly group?: string;
  /** Directories of programs beside those of the image, as in PATH. */
  readonly morePath?: string;
  /** True for what has to run again even if it ran before. */
  readonly isFresh?: boolean;
  /** True for a run that looks for a note of an earlier build. */
  readonly readsNotes?: boolean;
}

/** A builder as the image's programs would see it: its root, and what is mounted over it. */
export interface BuilderRoot {
  readonly state: State;
  readonly mounts: readonly ExecMount[];
}

/**
 * A run in the image's finished root as the image itself would be run: its user, environment and working directory, no
 * network but the loopback address, memory on `/tmp`. The result is the tree of what the run reports; the root's
 * changes are dropped.
 */
export async function runInImage(
  build: PlatformBuild,
  image: PlannedImage,
  root: State,
  run: SandboxRun,
): Promise<State> {
  const hasTmp = build.spec.system.tmp && run.root !== "writable";
  const tmp: readonly ExecMount[] = hasTmp ? [{ type: "tmpfs", dest: "/tmp" }] : [];
  const isStrict = run.root === undefined || run.root === "image";
  return runIn(build, image, run, {
    state: root,
    isReadonly: isStrict && allowsReadonly(build.spec, image.settings),
    mounts: tmp,
  });
}

/** The same run in the builder, as the image's programs would see it; its changes are dropped as well. */
export async function runInBuilder(
  build: PlatformBuild,
  image: PlannedImage,
  { state, mounts }: BuilderRoot,
  run: SandboxRun,
): Promise<State> {
  return runIn(build, image, run, { state, isReadonly: false, mounts: [...mounts, { type: "tmpfs", dest: "/tmp" }] });
}

async function runIn(
  build: PlatformBuild,
  { settings, epochSeconds }: PlannedImage,
  run: SandboxRun,
  root: { readonly state: State; readonly isReadonly: boolean; readonly mounts: readonly ExecMount[] },
): Promise<State> {
  const owner = imageOwner(settings);
  const reports = editFiles(
    undefined,
    [{ kind: "make-directory", path: "/report", mode: 0o755, owner, timestampSeconds: epochSeconds }],
    { name: progressName(build, "internal", "make room for reports") },
  );
  const { mounts } = runExec(
    {
      root: root.state,
      readonlyRoot: root.isReadonly,
      // The layers are known by their content already.
      ...(root.isReadonly ? { rootContentCache: "off" } : {}),
      args: run.args,
      env: formatEnv(withPath(settings.env, run.morePath)),
      cwd: settings.workdir ?? "/",
      user: settings.user ?? "0:0",
      network: "none",
      mounts: [
        ...root.mounts,
        // Known by their bytes, so that another version of the frontend alone runs nothing again.
        {
          type: "bind",
          dest: toolsPath,
          state: await ownImage(build),
          selector: "/pith/bin",
          readonly: true,
          contentCache: "on",
        },
        { type: "bind", dest: outputPath, state: reports, output: true },
        ...(run.readsNotes === true ? [notesMount] : []),
      ],
      platform: build.platform,
    },
    {
      name: progressName(build, run.group ?? "verify", run.name),
      spans: [build.spanOf(run.pointer)],
      ...(build.options.noCache === true || run.isFresh === true ? { ignoreCache: true } : {}),
    },
  );
  const output = mounts.get(outputPath);
  invariant(output !== undefined, "a run in the image without an output");
  return output;
}

/** The numbers of the image's user: its settings name no account. */
export function imageOwner({ user = "0" }: { readonly user?: string | undefined }): { uid: number; gid: number } {
  const [uid = "0", gid = uid] = user.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/** The variables of a run, with more directories of programs behind those of PATH. */
export function withPath(
  env: Readonly<Record<string, string>>,
  morePath: string | undefined,
): Readonly<Record<string, string>> {
  return morePath === undefined ? env : { ...env, PATH: [env["PATH"], morePath].filter(Boolean).join(":") };
}

/** False for an image of a platform that the engine has no machine and no emulator for. */
export function canRunImage({ engine, platform }: PlatformBuild): boolean {
  const { os, architecture } = platform;
  return engine.workerPlatforms.some((known) => known.os === os && known.architecture === architecture);
}

/**
 * True unless the image runs as root, has directories to write by the spec, or is adopted: its author's may be written.
 */
export function allowsReadonly(spec: Spec, { user, volumes }: Pick<ImageSettings, "user" | "volumes">): boolean {
  const given = spec.files.some((file) => file.kind === "directory");
  return imageOwner({ user }).uid !== 0 && volumes.length === 0 && !given && !adoptsImage(spec);
}
