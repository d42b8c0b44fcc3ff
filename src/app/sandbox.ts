import { invariant } from "../diagnostics/invariant.ts";
import { runExec } from "../llb/ops/exec.ts";
import { editFiles } from "../llb/ops/file.ts";
import type { ExecMount, State } from "../llb/state.ts";
import { formatEnv } from "../oci/image-config.ts";
import { type PlatformBuild, progressName } from "./build-context.ts";
import type { PlannedImage } from "./planned-image.ts";

/** Below `/dev`, which is memory of the container's own: nothing of it is made in the image. */
const outputPath = "/dev/pith/out";

export interface SandboxRun {
  readonly args: readonly string[];
  readonly name: string;
  /** The place of the spec that asked for it. */
  readonly pointer: string;
}

/**
 * A run in the image's finished root as the image itself would be run: its user, environment and working directory, no network
 * but the loopback address, memory on `/tmp`. The result is the tree of what the run reports; the root's changes are dropped.
 */
export function runInImage(build: PlatformBuild, image: PlannedImage, root: State, run: SandboxRun): State {
  const { settings } = image;
  const reports = editFiles(
    undefined,
    [{ kind: "make-directory", path: "/report", mode: 0o777, timestampSeconds: image.epochSeconds }],
    { name: progressName(build, "internal", "make room for reports") },
  );
  const tmp: readonly ExecMount[] = build.spec.system.tmp ? [{ type: "tmpfs", dest: "/tmp" }] : [];
  const { mounts } = runExec(
    {
      root,
      readonlyRoot: isReadonly(build, image),
      // The layers are known by their content already.
      rootContentCache: "off",
      args: run.args,
      env: formatEnv(settings.env),
      cwd: settings.workdir ?? "/",
      user: settings.user ?? "0:0",
      network: "none",
      mounts: [...tmp, { type: "bind", dest: outputPath, state: reports, output: true }],
      platform: build.platform,
    },
    {
      name: progressName(build, "verify", run.name),
      spans: [build.spanOf(run.pointer)],
      ...(build.options.noCache === true ? { ignoreCache: true } : {}),
    },
  );
  const output = mounts.get(outputPath);
  invariant(output !== undefined, "a run in the image without an output");
  return output;
}

/** A root that nobody writes to, unless the spec gives the image directories to write or runs it as root. */
function isReadonly(build: PlatformBuild, image: PlannedImage): boolean {
  const { settings } = image;
  const [uid = "0"] = (settings.user ?? "0").split(":");
  const given = build.spec.files.some((file) => file.kind === "directory");
  return uid !== "0" && settings.volumes.length === 0 && !given;
}
