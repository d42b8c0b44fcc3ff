import { createHash } from "node:crypto";

/** A source package of Debian whose maintainers test what they install. */
export interface DebianSource {
  readonly name: string;
  readonly section: string;
  readonly binaries: readonly string[];
}

const sections = new Set(
  (
    "net mail web httpd database news comm admin utils text graphics sound video science math misc editors " +
    "electronics vcs interpreters hamradio shells"
  ).split(" "),
);

/** What takes a compiler, a screen or a large run-time to test is another kind of program. */
const largeTriggers =
  /^(?:build-essential|gcc|g\+\+|clang|cmake|make|meson|cargo|golang|ghc|xvfb|xauth|.*-jdk|chromium|firefox|libreoffice|texlive|qemu|docker|systemd|dbus-x11|linux-)/u;

const sizeLimit = 12_000_000;

/**
 * The sources of an index that have tests of their own and native programs, in an order that a seed decides and nothing
 * else.
 */
export function sampledSources(index: string, seed: string): readonly DebianSource[] {
  const keyed = index
    .split("\n\n")
    .flatMap((paragraph) => sourceOf(paragraph) ?? [])
    .map((source) => ({ source, key: createHash("sha256").update(`${seed} ${source.name}`).digest("hex") }));
  return keyed.toSorted((left, right) => (left.key < right.key ? -1 : 1)).map(({ source }) => source);
}

function sourceOf(paragraph: string): DebianSource | undefined {
  const name = field(paragraph, "Package");
  if (name === undefined || !/(?:^|[ ,])autopkgtest(?:$|[ ,])/u.test(field(paragraph, "Testsuite") ?? "")) {
    return undefined;
  }
  const triggers = (field(paragraph, "Testsuite-Triggers") ?? "").split(", ");
  if (triggers.some((trigger) => largeTriggers.test(trigger))) return undefined;
  const listed = [...paragraph.matchAll(/^ (\S+) deb (\S+) \S+ arch=(\S+)/gmu)].map(([, binary, section, built]) => ({
    binary: binary ?? "",
    section: section?.split("/").at(-1) ?? "",
    isNative: /(?:^|,)(?:any|linux-any|amd64|any-amd64)(?:$|,)/u.test(built ?? ""),
  }));
  const program = listed.find(({ section, isNative }) => isNative && sections.has(section));
  const sizes = [...paragraph.matchAll(/^ [\da-f]{32} (\d+) \S+$/gmu)].map(([, size]) => Number(size));
  if (program === undefined || sizes.reduce((sum, size) => sum + size, 0) > sizeLimit) return undefined;
  return { name, section: program.section, binaries: listed.map(({ binary }) => binary) };
}

function field(paragraph: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*)$`, "mu").exec(paragraph)?.[1];
}

/** One test of a source package, as its `debian/tests/control` states it. */
export interface DebianTest {
  readonly name: string;
  /** A shell command that begins in the source's tree. */
  readonly command: string;
  readonly depends: readonly string[];
  readonly asRoot: boolean;
}

/** Restrictions under which a test asks for more than packages and a place to run. */
const tooMuch =
  /isolation-machine|needs-internet|build-needed|needs-reboot|breaks-testbed|hint-testsuite|needs-sudo|superficial/u;

/** Reads the tests that can be run with the packages of the source installed, and that take nothing large. */
export function readTests(control: string, source: DebianSource): readonly DebianTest[] {
  const plain = control.replaceAll(/^#.*\n/gmu, "");
  return plain.split(/\n(?:[ \t]*\n)+/u).flatMap((paragraph, index) => {
    const folded = paragraph.replaceAll(/\n[ \t]+/gu, " ");
    const value = (name: string): string => new RegExp(`^${name}: *(.*)$`, "imu").exec(folded)?.[1]?.trim() ?? "";
    const restrictions = value("Restrictions");
    const depends = dependsOf(value("Depends") === "" ? "@" : value("Depends"), source);
    if (depends === undefined || tooMuch.test(restrictions)) return [];
    const asRoot = /needs-root/u.test(restrictions);
    const folder = value("Tests-Directory") === "" ? "debian/tests" : value("Tests-Directory");
    const named = value("Tests")
      .split(/[\s,]+/u)
      .filter((name) => name !== "")
      .map((name) => ({ name, command: `chmod +x '${folder}/${name}'; exec '${folder}/${name}'`, depends, asRoot }));
    const given = value("Test-Command");
    return given === "" ? named : [...named, { name: `command${String(index)}`, command: given, depends, asRoot }];
  });
}

function dependsOf(text: string, source: DebianSource): readonly string[] | undefined {
  const words = text
    .split(",")
    .map((alternatives) => alternatives.split("|")[0]?.trim() ?? "")
    .filter((word) => word !== "" && !/\[[^\]]*!?(?:amd64)?[^\]]*\]/u.test(word))
    .map((word) => word.replace(/\s*[(<[].*$/u, "").replace(/:.*$/u, ""));
  if (words.some((word) => word.startsWith("@builddeps") || largeTriggers.test(word))) return undefined;
  const own = source.binaries.filter((name) => !/-(?:dev|doc|dbg|dbgsym|udeb|testsuite)$/u.test(name));
  return words.flatMap((word) => (word === "@" || word === "@recommends@" ? own : [word]));
}
