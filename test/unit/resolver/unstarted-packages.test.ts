import { expect, test } from "vitest";
import type { ClosureEntry, InstalledPackage } from "../../../src/closure/model/closure.ts";
import { findUnstartedPackages } from "../../../src/resolver/unstarted-packages.ts";
import { parentOf, toAbsPath } from "../../../src/rootfs/rootfs.ts";

const reason = { from: "", why: "is started", evidence: "user" } as const;

function entry(path: string): ClosureEntry {
  const common = { kind: "file", mode: 0o755, uid: 0, gid: 0, sizeBytes: 1, layer: "system", reason } as const;
  return { path: toAbsPath(path), ...common };
}

type Made = Pick<InstalledPackage, "isOfSystem" | "scripts" | "source">;

function made(name: string, files: readonly string[], more: Made = {}): InstalledPackage {
  const paths = files.map((path) => toAbsPath(path));
  const listed = [...new Set([...paths.map(parentOf), ...paths])];
  return { name, version: "1", architecture: "amd64", purl: `pkg:deb/debian/${name}@1`, files: listed, ...more };
}

const drawer = made("drawer", ["/usr/bin/draw", "/usr/bin/redraw", "/usr/lib/drawer/plug.so"]);

async function left(
  shipped: readonly string[],
  chosen: readonly InstalledPackage[],
  dependencies: readonly InstalledPackage[] = [],
): Promise<readonly string[]> {
  const packages = {
    chosen,
    dependencies,
    dependenciesOf(): readonly InstalledPackage[] {
      return this.dependencies;
    },
  };
  const found = await findUnstartedPackages(shipped.map(entry), packages);
  return found.map(({ code, message, hint }) => `${code}: ${message}; ${hint ?? ""}`);
}

test("names a package that was installed by name, and of which nothing ships, with its programs", async () => {
  expect(await left(["/usr/bin/tool"], [made("tool", ["/usr/bin/tool"]), drawer])).toEqual([
    "PACKAGE_LEFT_OUT: cannot tell if programs of 1 package that the builder installed by name are started: drawer; nothing that ships names one; add each that is started to `binaries`; drawer has draw, redraw",
  ]);
});

test("says nothing of a package of which a file ships", async () => {
  expect(await left(["/usr/lib/drawer/plug.so"], [drawer])).toEqual([]);
});

test("follows a package without files of its own to those that it is a name for", async () => {
  const all = made("all-drawers", ["/usr/share/doc/all-drawers/copyright"]);
  const base = made("base", ["/usr/bin/base"], { isOfSystem: () => true });
  expect(await left([], [all], [drawer, base])).toEqual([expect.stringContaining("are started: all-drawers;")]);
  expect(await left(["/usr/bin/draw"], [all], [drawer, base])).toEqual([]);
});

test("says nothing of what only installs itself, of data and of headers", async () => {
  const lists = made("lists", ["/usr/sbin/update-lists"], { scripts: async () => "exec update-lists --fresh" });
  expect(
    await left([], [lists, made("fonts", ["/usr/share/fonts/a.ttf"]), made("x-dev", ["/usr/bin/x-config"])]),
  ).toEqual([]);
  const programs = ["/usr/sbin/make-places", "/usr/sbin/update-places", "/usr/bin/check-place"];
  const most = made("places", programs, { scripts: async () => "make-places\nupdate-places LANG" });
  expect(await left([], [most])).toEqual([]);
  const few = made("places", programs, { scripts: async () => "make-places" });
  expect(await left([], [few])).toHaveLength(1);
});

test("says nothing where a builder is for many programs", async () => {
  const many = Array.from({ length: 13 }, (_, index) => made(`p${String(index)}`, [`/usr/bin/p${String(index)}`]));
  expect(await left([], many)).toEqual([]);
  expect(await left([], many.slice(1))).toEqual([expect.stringContaining("12 packages")]);
});

test("a package whose main program lies in another one of the same source is started with it", async () => {
  const wholes = made("lang", ["/usr/bin/lang-doc"], { source: "lang-defaults" });
  const minimal = made("lang-minimal", ["/usr/bin/lang"], { source: "lang-defaults" });
  expect(await left(["/usr/bin/lang"], [wholes], [minimal])).toEqual([]);
  expect(await left(["/usr/bin/tool"], [wholes], [minimal])).toHaveLength(1);
  expect(await left(["/usr/bin/lang"], [wholes], [made("lang-minimal", ["/usr/bin/lang"])])).toHaveLength(1);
  // The package that its source has the name of says no source.
  const first = made("lang", ["/usr/bin/lang-doc"]);
  const base = made("lang-base", ["/usr/bin/lang"], { source: "lang" });
  expect(await left(["/usr/bin/lang"], [first], [base])).toEqual([]);
});
