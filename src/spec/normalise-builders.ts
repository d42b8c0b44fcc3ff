import { unreachable } from "../diagnostics/invariant.ts";
import type { RawBuilder, RawFrom, RawMount, RawStep } from "./schema/builders.ts";
import { parseMode, parseSize } from "./schema/texts.ts";
import type { RawSpec } from "./schema.ts";
import type { BuilderSpec, CopySpec, FromSpec, MountSpec, RunSpec, StepSpec } from "./spec.ts";

/** All builders by name; `from`, `packages` and `build` at the top become `main`. */
export function normaliseBuilders(raw: RawSpec): Readonly<Record<string, BuilderSpec>> {
  const builders: Record<string, BuilderSpec> = {};
  if (raw.from !== undefined) {
    const { from, packages, snapshot, build } = raw;
    builders["main"] = toBuilder({
      from,
      packages,
      ...(snapshot === undefined ? {} : { snapshot }),
      build,
      env: {},
      user: "root",
      shell: ["/bin/sh", "-c"],
      platform: "target",
    });
  }
  for (const [name, builder] of Object.entries(raw.builders)) builders[name] = toBuilder(builder);
  return builders;
}

function toBuilder(raw: RawBuilder): BuilderSpec {
  return {
    from: toFrom(raw.from),
    packages: raw.packages,
    ...(raw.snapshot === undefined ? {} : { snapshot: raw.snapshot }),
    build: raw.build.map(toStep),
    env: raw.env,
    ...(raw.workdir === undefined ? {} : { workdir: raw.workdir }),
    user: raw.user,
    shell: raw.shell,
    platform: raw.platform,
  };
}

function toFrom(raw: RawFrom): FromSpec {
  if (typeof raw === "string") return { kind: "name", name: raw };
  if ("image" in raw) return { kind: "image", reference: raw.image };
  if ("context" in raw) return { kind: "context", name: raw.context };
  if ("git" in raw) return { kind: "git", url: raw.git };
  if ("oci-layout" in raw) return { kind: "oci-layout", reference: raw["oci-layout"] };
  const target = raw.target === undefined ? {} : { target: raw.target };
  return { kind: "dockerfile", path: raw.dockerfile, ...target, args: raw.args };
}

function toStep(raw: RawStep): StepSpec {
  if (typeof raw === "string") return { kind: "run", command: raw, env: {}, network: "default", mounts: [] };
  if ("copy" in raw) {
    const { from, src, dest, chown, chmod, exclude } = raw.copy;
    const copy: CopySpec = {
      kind: "copy",
      from,
      src: typeof src === "string" ? [src] : src,
      dest,
      ...(chown === undefined ? {} : { chown }),
      ...(chmod === undefined ? {} : { chmod: parseMode(chmod) }),
      exclude,
    };
    return copy;
  }
  const run: RunSpec = {
    kind: "run",
    command: raw.run,
    env: raw.env,
    ...(raw.workdir === undefined ? {} : { workdir: raw.workdir }),
    ...(raw.user === undefined ? {} : { user: raw.user }),
    network: raw.network,
    mounts: raw.mounts.map(toMount),
  };
  return run;
}

function toMount(raw: RawMount): MountSpec {
  switch (raw.type) {
    case "cache":
    case "ssh":
    case "bind":
      return raw;
    case "secret": {
      const { mode, ...rest } = raw;
      return mode === undefined ? rest : { ...rest, mode: parseMode(mode) };
    }
    case "tmpfs": {
      const sizeBytes = raw.size === undefined ? undefined : parseSize(raw.size);
      return { type: "tmpfs", target: raw.target, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
    }
  }
  return unreachable(raw);
}
