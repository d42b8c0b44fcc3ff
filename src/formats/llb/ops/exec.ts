import { invariant, unreachable } from "../../../diagnostics/invariant.ts";
import { capability } from "../capabilities.ts";
import type { ExecMount, ExecOptions, Output, State, Vertex, VertexOptions } from "../state.ts";
import {
  boolField,
  compareUtf8,
  type Fields,
  intField,
  messageField,
  repeatedStringField,
  stringField,
} from "../wire.ts";
import { type InputIndex, noIndex, outputsOf } from "./inputs.ts";

const networks = { default: 0, host: 1, none: 2 };
const mountTypes = { bind: 0, secret: 1, ssh: 2, cache: 3, tmpfs: 4 };
const contentCaches = { on: 1, off: 2 };
const sharings = { shared: 0, private: 1, locked: 2 };

/** The result of a program. */
export interface ExecOutputs {
  /** The root after the run; the given one where it is read-only. */
  readonly root: State;
  /** Bind mounts with `output`, by destination. */
  readonly mounts: ReadonlyMap<string, State>;
}

/** Runs a program, without a shell. Mounts may come in any order: the bytes are those of the order by destination. */
export function runExec(options: ExecOptions, vertex: VertexOptions): ExecOutputs {
  invariant(options.args.length > 0, "a program without arguments");
  const mounts = sortedMounts(options);
  const kept = mounts.filter(isKept);
  invariant(kept.length > 0, "a program whose results are all dropped");
  const made: Vertex = {
    op: { kind: "exec", exec: options },
    inputs: outputsOf(mounts.map((mount) => (mount.type === "bind" ? mount.state : undefined))),
    options: vertex,
    capabilities: capabilitiesOf(options),
    ...(options.platform === undefined ? {} : { platform: options.platform }),
  };
  const outputs = new Map(kept.map((mount, index): [string, Output] => [mount.dest, { vertex: made, index }]));
  const root = outputs.get("/") ?? options.root;
  outputs.delete("/");
  return { root, mounts: outputs };
}

/** Fields of pb.ExecOp. */
export function encodeExec(exec: ExecOptions, inputIndex: InputIndex): Fields {
  let outputs = 0;
  const mounts = sortedMounts(exec).flatMap((mount) =>
    messageField(2, encodeMount(mount, inputIndex, isKept(mount) ? outputs++ : noIndex)),
  );
  return [
    ...messageField(1, encodeMeta(exec)),
    ...mounts,
    ...intField(3, networks[exec.network ?? "default"]),
    ...(exec.secretEnv ?? []).flatMap((secret) =>
      messageField(5, [...stringField(1, secret.id), ...stringField(2, secret.name), ...boolField(3, secret.optional)]),
    ),
  ];
}

function encodeMeta(exec: ExecOptions): Fields {
  const { proxy } = exec;
  return [
    ...repeatedStringField(1, exec.args),
    ...repeatedStringField(2, exec.env ?? []),
    ...stringField(3, exec.cwd ?? "/"),
    ...stringField(4, exec.user),
    ...(proxy === undefined
      ? []
      : messageField(5, [
          ...stringField(1, proxy.http),
          ...stringField(2, proxy.https),
          ...stringField(3, proxy.ftp),
          ...stringField(4, proxy.no),
          ...stringField(5, proxy.all),
        ])),
    ...(exec.extraHosts ?? []).flatMap(({ host, ip }) =>
      messageField(6, [...stringField(1, host), ...stringField(2, ip)]),
    ),
    ...stringField(7, exec.hostname),
    ...(exec.ulimits ?? []).flatMap(({ name, soft, hard }) =>
      messageField(9, [...stringField(1, name), ...intField(2, soft), ...intField(3, hard)]),
    ),
    ...stringField(10, exec.cgroupParent),
  ];
}

function encodeMount(mount: ExecMount, inputIndex: InputIndex, output: number): Fields {
  return [
    ...intField(1, mount.type === "bind" ? inputIndex(mount.state) : noIndex),
    ...stringField(2, mount.selector),
    ...stringField(3, mount.dest),
    ...intField(4, output),
    ...boolField(5, mount.readonly),
    ...intField(6, mountTypes[mount.type]),
    ...encodeMountOptions(mount),
  ];
}

function encodeMountOptions(mount: ExecMount): Fields {
  switch (mount.type) {
    case "bind":
      return mount.contentCache === undefined ? [] : intField(24, contentCaches[mount.contentCache]);
    case "tmpfs":
      return messageField(19, intField(1, mount.sizeBytes ?? 0));
    case "cache":
      return messageField(20, [...stringField(1, mount.id), ...intField(2, sharings[mount.sharing])]);
    case "secret":
      return messageField(21, [
        ...stringField(1, mount.id),
        ...intField(2, mount.uid ?? 0),
        ...intField(3, mount.gid ?? 0),
        ...intField(4, mount.mode),
        ...boolField(5, mount.optional),
      ]);
    case "ssh":
      return messageField(22, [
        ...stringField(1, mount.id),
        ...intField(4, mount.mode),
        ...boolField(5, mount.optional),
      ]);
  }
  return unreachable(mount);
}

/** The root and the mounts by destination, so that a parent comes before what is mounted in it. */
function sortedMounts(exec: ExecOptions): readonly ExecMount[] {
  const isReadonly = exec.readonlyRoot === true;
  const root: ExecMount = {
    type: "bind",
    dest: "/",
    state: exec.root,
    readonly: isReadonly,
    output: !isReadonly,
    ...(exec.rootContentCache === undefined ? {} : { contentCache: exec.rootContentCache }),
  };
  return [root, ...(exec.mounts ?? [])].toSorted((left, right) => compareUtf8(left.dest, right.dest));
}

function isKept(mount: ExecMount): boolean {
  return mount.type === "bind" && mount.output === true && mount.readonly !== true;
}

function capabilitiesOf(exec: ExecOptions): readonly string[] {
  const used = new Set<string>([capability.exec, capability.mountBind]);
  if (exec.network !== undefined && exec.network !== "default") used.add(capability.execNetwork);
  if (exec.proxy !== undefined) used.add(capability.execProxy);
  if (exec.cgroupParent !== undefined) used.add(capability.execCgroupParent);
  if ((exec.ulimits ?? []).length > 0) used.add(capability.execUlimit);
  if ((exec.secretEnv ?? []).length > 0) used.add(capability.execSecretEnv);
  if (exec.rootContentCache !== undefined) used.add(capability.mountContentCache);
  for (const mount of exec.mounts ?? []) {
    for (const name of mountCapabilities(mount)) used.add(name);
    if (mount.selector !== undefined) used.add(capability.mountSelector);
  }
  return [...used];
}

function mountCapabilities(mount: ExecMount): readonly string[] {
  switch (mount.type) {
    case "bind":
      return [
        ...(mount.readonly === true || isKept(mount) ? [] : [capability.mountBindNoOutput]),
        ...(mount.contentCache === undefined ? [] : [capability.mountContentCache]),
      ];
    case "tmpfs":
      return mount.sizeBytes === undefined
        ? [capability.mountTmpfs]
        : [capability.mountTmpfs, capability.mountTmpfsSize];
    case "cache":
      return [capability.mountCache, capability.mountCacheSharing];
    case "secret":
      return [capability.mountSecret];
    case "ssh":
      return [capability.mountSsh];
  }
  return unreachable(mount);
}
