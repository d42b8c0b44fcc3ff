import { unreachable } from "../../diagnostics/invariant.ts";
import { runExec } from "../../formats/llb/ops/exec.ts";
import { editFiles } from "../../formats/llb/ops/file.ts";
import type { ExecMount, ExecOptions, FileAction, State, VertexOptions } from "../../formats/llb/state.ts";
import { formatEnv } from "../../formats/oci/image-config.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { defaultPath } from "../../rootfs/default-path.ts";
import type { BuilderSpec, CopySpec, MountSpec, RunSpec } from "../../spec/spec.ts";
import { type PlatformBuild, progressName } from "../build-context.ts";
import { trustOf } from "./certificates.ts";

/** A builder while its steps are laid on: its tree, and the environment that the next step sees. */
export interface Stage {
  readonly name: string;
  readonly state: State;
  readonly platform: Platform;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly spec: BuilderSpec;
}

/** Finds the tree of another builder, or of the build context, for mounts and copies. */
export type FindTree = (name: string) => Promise<State>;

/** Runs one `build` step. */
export async function runBuildStep(
  build: PlatformBuild,
  stage: Stage,
  step: RunSpec,
  pointer: string,
  findTree: FindTree,
): Promise<State> {
  const agents = step.mounts.filter((mount) => mount.type === "ssh");
  const mounts = await Promise.all(
    step.mounts
      .filter((mount) => mount.type !== "secret" || mount.env === undefined || mount.target !== undefined)
      .map((mount) => toExecMount(build, mount, { agents, findTree })),
  );
  return runStep(build, stage, pointer, {
    name: typeof step.command === "string" ? step.command : step.command.join(" "),
    args: typeof step.command === "string" ? [...stage.spec.shell, step.command] : step.command,
    env: { ...(agents.length > 0 ? { SSH_AUTH_SOCK: `${sshSocket}0` } : {}), ...step.env },
    user: step.user ?? stage.spec.user,
    workdir: step.workdir ?? stage.workdir,
    network: step.network,
    mounts,
    secretEnv: step.mounts.flatMap((mount) =>
      mount.type === "secret" && mount.env !== undefined
        ? [{ id: mount.id, name: mount.env, optional: !mount.required }]
        : [],
    ),
  });
}

const sshSocket = "/run/buildkit/ssh_agent.";

async function toExecMount(
  build: PlatformBuild,
  mount: MountSpec,
  { agents, findTree }: { readonly agents: readonly MountSpec[]; readonly findTree: FindTree },
): Promise<ExecMount> {
  switch (mount.type) {
    case "cache":
      return {
        type: "cache",
        dest: mount.target,
        id: cacheId(build, mount.id ?? mount.target),
        sharing: mount.sharing,
      };
    case "secret":
      return {
        type: "secret",
        dest: mount.target ?? `/run/secrets/${mount.id}`,
        id: mount.id,
        mode: mount.mode ?? 0o400,
        optional: !mount.required,
      };
    case "ssh":
      return {
        type: "ssh",
        dest: `${sshSocket}${String(agents.indexOf(mount))}`,
        id: mount.id,
        mode: 0o600,
        optional: !mount.required,
      };
    case "bind":
      return {
        type: "bind",
        dest: mount.target,
        state: await findTree(mount.from),
        selector: mount.source,
        readonly: true,
      };
    case "tmpfs":
      return {
        type: "tmpfs",
        dest: mount.target,
        ...(mount.sizeBytes === undefined ? {} : { sizeBytes: mount.sizeBytes }),
      };
  }
  return unreachable(mount);
}

/** A cache mount's name, kept apart by BUILDKIT_CACHE_MOUNT_NS as in a Dockerfile build. */
export function cacheId(build: PlatformBuild, id: string): string {
  const namespace = build.options.cacheMountNamespace;
  return namespace === undefined ? id : `${namespace}/${id}`;
}

/** Copies files into a builder. */
export async function copyFiles(
  build: PlatformBuild,
  stage: Stage,
  step: CopySpec,
  pointer: string,
  findTree: FindTree,
): Promise<State> {
  const from = await findTree(step.from);
  const intoDirectory = step.dest.endsWith("/") || step.src.length > 1;
  const dest = intoDirectory && !step.dest.endsWith("/") ? `${step.dest}/` : step.dest;
  const common = {
    from,
    kind: "copy" as const,
    createDestPath: true,
    ...(step.exclude.length === 0 ? {} : { exclude: step.exclude }),
    ...(step.chmod === undefined ? {} : { mode: step.chmod }),
    ...(step.chown === undefined ? {} : { owner: parseOwner(step.chown) }),
  };
  const deep = step.src.filter((pattern) => pattern.includes("**"));
  const shallow = step.src.filter((pattern) => !pattern.includes("**"));
  const actions: FileAction[] = shallow.map((pattern) => ({
    ...common,
    src: `/${pattern.replace(/^\.?\/+/u, "").replace(/^\.$/u, "")}`,
    dest,
    contentsOnly: true,
    allowWildcard: true,
    followSymlink: true,
  }));
  // A pattern that spans directories keeps the paths that it matches.
  if (deep.length > 0) {
    actions.push({
      ...common,
      src: "/",
      dest,
      contentsOnly: true,
      include: deep.map((pattern) => pattern.replace(/^\.?\//u, "")),
    });
  }
  return editFiles(
    stage.state,
    actions,
    vertexOptions(build, stage.name, pointer, `copy ${step.src.join(" ")} to ${step.dest}`),
  );
}

function parseOwner(text: string): { uid: number; gid: number } | { userName: string; groupName?: string } {
  const [user = "0", group] = text.split(":");
  if (/^\d+$/u.test(user) && (group === undefined || /^\d+$/u.test(group))) {
    return { uid: Number(user), gid: Number(group ?? user) };
  }
  return group === undefined ? { userName: user } : { userName: user, groupName: group };
}

export interface StepOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workdir: string;
  readonly network: RunSpec["network"];
  readonly mounts: readonly ExecMount[];
  readonly secretEnv?: ExecOptions["secretEnv"];
}

export function runStep(build: PlatformBuild, stage: Stage, pointer: string, step: StepOptions): State {
  return execIn(build, stage, pointer, step).root;
}

/** Runs a program in a builder; the result has the builder's changed root and the outputs of its mounts. */
export function execIn(
  build: PlatformBuild,
  stage: Stage,
  pointer: string,
  step: StepOptions,
): { readonly root: State; readonly mounts: ReadonlyMap<string, State> } {
  const { options } = build;
  const shm: readonly ExecMount[] =
    options.shmSizeBytes === undefined ? [] : [{ type: "tmpfs", dest: "/dev/shm", sizeBytes: options.shmSizeBytes }];
  const trust = trustOf(options.certificates);
  return runExec(
    {
      root: stage.state,
      args: step.args,
      env: formatEnv({ PATH: defaultPath, ...stage.env, ...trust.env, ...step.env }),
      cwd: step.workdir,
      user: step.user,
      network: step.network === "default" ? options.network : step.network,
      mounts: [...step.mounts, ...trust.mounts, ...shm],
      ...(step.secretEnv === undefined ? {} : { secretEnv: step.secretEnv }),
      extraHosts: options.extraHosts,
      ulimits: options.ulimits,
      platform: stage.platform,
      ...(options.hostname === undefined ? {} : { hostname: options.hostname }),
      ...(options.cgroupParent === undefined ? {} : { cgroupParent: options.cgroupParent }),
      ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
    },
    vertexOptions(build, stage.name, pointer, step.name),
  );
}

/** Name, place and cache policy of a step of a builder. */
export function vertexOptions(build: PlatformBuild, builder: string, pointer: string, text: string): VertexOptions {
  const { noCache } = build.options;
  return {
    name: progressName(build, builder, text),
    spans: [build.spanOf(pointer)],
    ...(noCache === true || noCache.has(builder) ? { ignoreCache: true } : {}),
  };
}
