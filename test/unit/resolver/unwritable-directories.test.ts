import { expect, test } from "vitest";
import type { ClosureEntry } from "../../../src/closure/model/closure.ts";
import { findUnwritableDirectories } from "../../../src/resolver/unwritable-directories.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const reason = { from: "", why: "is in the working directory", evidence: "user" } as const;

type Written = Partial<Pick<ClosureEntry, "kind" | "mode" | "uid" | "owner">>;

function warn(paths: Readonly<Record<string, Written>>, workdir = "/app"): readonly string[] {
  const entries = Object.entries(paths).map(([path, written]): ClosureEntry => {
    const common = { kind: "directory", mode: 0o755, uid: 0, gid: 0, sizeBytes: 0, layer: "app" } as const;
    return { path: toAbsPath(path), ...common, reason, ...written };
  });
  return findUnwritableDirectories(entries, { user: "nonroot", workdir: toAbsPath(workdir) }).map(
    ({ code, message }) => `${code}: ${message}`,
  );
}

test("names the topmost directories of an application that only root may write", () => {
  expect(warn({ "/app": {}, "/app/server.js": { kind: "file" }, "/app/public": {}, "/data": {} })).toEqual([
    "USER_UNNAMED: cannot write to /app, /data as nonroot: only root may, and what is adopted names no user",
  ]);
});

test("names one below a directory that is the user's", () => {
  expect(warn({ "/app": { uid: 65_532 }, "/app/public": {} })).toEqual([
    expect.stringContaining("cannot write to /app/public as nonroot"),
  ]);
});

test("counts state directories that are empty, and those that hold files as what a package ships", () => {
  expect(
    warn({ "/var/log/server": {}, "/var/lib/server": { owner: "dpkg:server" }, "/var/lib/server/a": { kind: "file" } }),
  ).toEqual([expect.stringContaining("cannot write to /var/log/server as nonroot")]);
});

test("says how many more there are", () => {
  expect(warn({ "/a": {}, "/b": {}, "/c": {}, "/d": {}, "/e": {} })).toEqual([
    expect.stringContaining("cannot write to /a, /b, /c and 2 more as nonroot"),
  ]);
});

test("leaves out what everybody may write, installations, packages and directories of every system", () => {
  expect(
    warn({
      "/app": { mode: 0o1777 },
      "/opt/java": {},
      "/lib/x86_64-linux-gnu": {},
      "/srv/packaged": { owner: "dpkg:packaged" },
      "/usr/local/lib/python3.13": {},
      "/var/cache/fontconfig": {},
      "/var/log": {},
      "/home": {},
    }),
  ).toEqual([]);
});

test("does not take the root for a working directory that is the application's", () => {
  expect(warn({ "/": {}, "/etc": {}, "/etc/ssl": {} }, "/")).toEqual([]);
});
