import { expect, it } from "vitest";
import type { InstalledPackage } from "../../../../src/closure/model/closure.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { SystemPackages } from "../../../../src/packages/shared/system-packages.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";

interface Facts {
  readonly source?: string;
  readonly files?: readonly string[];
  readonly requires?: readonly string[];
  readonly suggests?: readonly string[];
  readonly provides?: readonly string[];
  readonly isEssential?: () => boolean;
}

function packageOf(
  name: string,
  { source = name, files = [], requires = [], suggests = [], provides = [], isEssential }: Facts,
): InstalledPackage {
  return {
    name,
    version: "1",
    architecture: "amd64",
    source,
    purl: `pkg:deb/debian/${name}@1`,
    files: files.map((file) => toAbsPath(file)),
    requires: () => requires,
    suggests: () => suggests,
    provides: () => provides,
    ...(isEssential === undefined ? {} : { isEssential }),
  };
}

function namesOf(found: readonly InstalledPackage[]): readonly string[] {
  return found.map(({ name }) => name);
}

it("joins packages of one source that need each other by names that they provide, or by files", () => {
  const server = packageOf("server", { source: "suite", requires: ["so:libsuite.so.1", "/usr/bin/sh"] });
  const library = packageOf("suite-libs", {
    source: "suite",
    provides: ["so:libsuite.so.1"],
    files: ["/usr/lib/suite/own.conf"],
    requires: ["suite-data-any"],
  });
  const data = packageOf("suite-data", { source: "suite", provides: ["suite-data-any"] });
  const plugin = packageOf("suite-plugin", { source: "suite", requires: ["server"] });
  const other = packageOf("suite-other", { source: "suite" });
  const shell = packageOf("shell", { files: ["/usr/bin/sh"] });
  const packages = new SystemPackages(
    [server, library, data, plugin, other, shell].map((found) => ({ found, database: dpkg })),
  );
  expect(namesOf(packages.dependenciesOf(server))).toEqual(["shell", "suite-libs"]);
  const unit = packages.unitOf(server);
  expect(namesOf(unit.packages)).toEqual(["server", "suite-data", "suite-libs", "suite-plugin"]);
  expect(unit.directories).toEqual(["/usr/lib/suite", "/usr/local/lib/suite"]);
});

it.each([
  [["lab"], ["/usr/share/lab"]],
  [[], []],
])("a directory that only plug-ins put something into as well is open to their scripts: %s", (requires, expected) => {
  const lab = packageOf("lab", { files: ["/usr/share/lab/base.m"] });
  const plugin = packageOf("lab-plugin", { requires, files: ["/usr/share/lab/packages/plugin.m"] });
  const packages = new SystemPackages([lab, plugin].map((found) => ({ found, database: dpkg })));
  const { directories } = packages.unitOf(lab);
  expect(directories.filter((path) => path.startsWith("/usr/share/"))).toEqual(expected);
});

it("knows what a package can be installed without: what one of its source needs it may use, but not that one's programs", () => {
  const data = packageOf("music-data", { source: "music", files: ["/usr/share/music/words"] });
  const program = packageOf("music", { files: ["/usr/bin/music"], requires: ["music-data", "printer"] });
  const printer = packageOf("printer", { files: ["/usr/bin/print"] });
  const stranger = packageOf("stranger", { files: ["/usr/bin/stranger"] });
  const packages = new SystemPackages([data, program, printer, stranger].map((found) => ({ found, database: dpkg })));
  const isWithout = (other: string): boolean =>
    packages.isWithout(toAbsPath("/usr/share/music/words"), toAbsPath(other));
  expect(["/usr/bin/print", "/usr/bin/music", "/usr/bin/stranger", "/srv/own"].map(isWithout)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

it("takes what an essential package needs for a part of every system", () => {
  const base = packageOf("base", { isEssential: () => true, requires: ["awk"] });
  const awk = packageOf("fast-awk", { provides: ["awk"], files: ["/usr/bin/awk"] });
  const program = packageOf("report", { files: ["/usr/bin/report"] });
  const packages = new SystemPackages([base, awk, program].map((found) => ({ found, database: dpkg })));
  expect(packages.isWithout(toAbsPath("/usr/bin/report"), toAbsPath("/usr/bin/awk"))).toBe(false);
  expect(packages.isWithout(toAbsPath("/usr/bin/awk"), toAbsPath("/usr/bin/report"))).toBe(true);
});

it("takes what the maintainer of a program suggests for what it, its data and its libraries may use", () => {
  const program = packageOf("map", { requires: ["map-data"], suggests: ["shapes", "absent"], files: ["/usr/bin/map"] });
  const data = packageOf("map-data", { source: "map", files: ["/usr/share/map/words"] });
  const shapes = packageOf("shapes", { files: ["/usr/share/shapes/a"], requires: ["deep"] });
  const deep = packageOf("deep", { files: ["/usr/bin/deep"] });
  const packages = new SystemPackages([program, data, shapes, deep].map((found) => ({ found, database: dpkg })));
  expect(namesOf(packages.suggestionsOf(program))).toEqual(["shapes"]);
  const isSuggested = (path: string, other: string): boolean => packages.isSuggested(toAbsPath(path), toAbsPath(other));
  expect(isSuggested("/usr/bin/map", "/usr/share/shapes/a")).toBe(true);
  expect(isSuggested("/usr/share/map/words", "/usr/share/shapes/a")).toBe(true);
  expect(isSuggested("/usr/bin/map", "/usr/bin/deep")).toBe(false);
  expect(isSuggested("/usr/share/shapes/a", "/usr/bin/map")).toBe(false);
});

it("takes a suggested package of documents alone for those that it needs", () => {
  const program = packageOf("gpg", { suggests: ["gnupg"], files: ["/usr/bin/gpg"] });
  const files = ["/usr", "/usr/share", "/usr/share/doc", "/usr/share/doc/gnupg", "/usr/share/doc/gnupg/copyright"];
  const cover = packageOf("gnupg", { requires: ["gpg-agent"], files });
  const agent = packageOf("gpg-agent", { files: ["/usr/bin/gpg-agent"] });
  const packages = new SystemPackages([program, cover, agent].map((found) => ({ found, database: dpkg })));
  expect(packages.isSuggested(toAbsPath("/usr/bin/gpg"), toAbsPath("/usr/bin/gpg-agent"))).toBe(true);
});

it("takes no other programs for what every system has, though they are of its source and need it", () => {
  const base = packageOf("base", { source: "c", isEssential: () => true, files: ["/usr/bin/ask"] });
  const makers = packageOf("makers", {
    source: "c",
    requires: ["base"],
    files: ["/usr/sbin/make-data", "/usr/share/c/a"],
  });
  const data = packageOf("data", { source: "c", requires: ["base"], files: ["/usr/share/c/b"] });
  const packages = new SystemPackages([base, makers, data].map((found) => ({ found, database: dpkg })));
  expect(namesOf(packages.unitOf(base).packages)).toEqual(["base", "data"]);
});
