import path from "node:path";
import type { Spec } from "../spec/spec.ts";

/**
 * The paths of the build context that a spec and its targets read, without those below another: `.` is all of it. A
 * pattern stands for the directory that it begins in.
 */
export function watchedPaths(spec: Spec): readonly string[] {
  const found = new Set([spec, ...Object.values(spec.targets)].flatMap(pathsOf).map(normal));
  const isInside = (one: string, other: string): boolean =>
    other !== one && (other === "." || one.startsWith(`${other}/`));
  return [...found].filter((one) => ![...found].some((other) => isInside(one, other))).toSorted();
}

/** The same of what the builders' steps alone read. */
export function builderPaths(spec: Spec): readonly string[] {
  return [spec, ...Object.values(spec.targets)].flatMap(stepPaths).map(normal);
}

function pathsOf(spec: Spec): readonly string[] {
  const { app, files, system } = spec;
  const copies = files.flatMap((file) => (file.kind === "copy" && file.from === "context" ? [file.src] : []));
  const certificates = typeof system.certificates === "object" ? system.certificates : [];
  return [...(app?.from === "context" ? [app.src] : []), ...stepPaths(spec), ...copies, ...certificates];
}

function stepPaths({ builders }: Spec): readonly string[] {
  return Object.values(builders).flatMap(({ from, build }) => [
    // A Dockerfile may copy anything.
    ...(from.kind === "dockerfile" ? ["."] : []),
    ...build.flatMap((step) => {
      if (step.kind === "copy") return step.from === "context" ? step.src : [];
      return step.mounts.flatMap((mount) => (mount.type === "bind" && mount.from === "context" ? [mount.source] : []));
    }),
  ]);
}

function normal(text: string): string {
  const parts = path.posix
    .normalize(`/${text}`)
    .split("/")
    .filter((part) => part !== "");
  const pattern = parts.findIndex((part) => /[*?[]/u.test(part));
  return (pattern === -1 ? parts : parts.slice(0, pattern)).join("/") || ".";
}
