import { expect, test } from "vitest";
import { checkStatements } from "../../../../src/inspect/vex/check-statements.ts";
import { parseFileLists, printFileLists } from "../../../../src/inspect/vex/evidence.ts";
import { printOpenVex } from "../../../../src/inspect/vex/openvex.ts";
import { readStatements } from "../../../../src/inspect/vex/read-statements.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { options, statements } from "./sample-statements.ts";

const lists = parseFileLists(JSON.parse(printFileLists(statements))) ?? new Map<string, readonly string[]>();

const elf = (text: string): string => `\u007fELF${"x".repeat(100)}${text}`;

const read = readStatements(JSON.parse(printOpenVex(statements, options)), lists) ?? [];

/** What is wrong with the statements in an image of these files. */
async function problemsIn(
  files: string,
  packages: readonly { readonly database: string; readonly name: string; readonly purl: string }[] = [],
): Promise<readonly string[]> {
  const root = fixtureRoot(files);
  const foreignFiles = [];
  for (const path of ["/app/x.so", "/opt/gone"].map((one) => toAbsPath(one))) {
    const stat = await root.lstat(path);
    if (stat?.kind === "file") foreignFiles.push({ path, sizeBytes: stat.sizeBytes });
  }
  const checked = await checkStatements(read, { root, packages, foreignFiles, files: foreignFiles });
  return checked.flatMap(({ statement: { vulnerability }, problems }) =>
    problems.map((problem) => `${vulnerability}: ${problem}`),
  );
}

test("statements hold for an image that has nothing of what they name", async () => {
  expect(await problemsIn("//- /usr/bin/tool\n")).toEqual([]);
});

test("statements are broken by a package, a file, a file behind a link, and foreign code", async () => {
  const gone = { database: "dpkg", name: "gone", purl: "pkg:deb/debian/gone@2.0?arch=arm64" };
  expect(await problemsIn("//- /usr/bin/tool\n", [gone])).toEqual([
    "CVE-2026-1000: the image has the package gone",
    "GHSA-dddd-eeee-ffff: the image has the package gone",
  ]);
  expect(await problemsIn("//- /usr/share/gone/07\n")).toEqual([
    "GHSA-dddd-eeee-ffff: the image has /usr/share/gone/07",
  ]);
  expect(await problemsIn("//- /usr/lib -> /lib\n//- /lib/libt-extra.so.1\n")).toEqual([
    "CVE-2026-1000: the image has /usr/lib/libt-extra.so.1",
  ]);
  const foreign = "CVE-2026-1000: a file of no package of the distribution may have code of";
  expect(await problemsIn(`//- /app/x.so\n${elf("libt-extra")}\n`)).toEqual([`${foreign} tools`]);
  expect(await problemsIn("//- /opt/gone\nx\n")).toEqual([`${foreign} gone`]);
  const other = { database: "npm", name: "gone", purl: "pkg:npm/gone@1" };
  expect(await problemsIn("//- /usr/bin/tool\n", [other])).toEqual([
    `${foreign} gone`,
    "GHSA-dddd-eeee-ffff: a file of no package of the distribution may have code of gone",
  ]);
});

test("a statement that does not say what it stands on cannot be checked", async () => {
  const bare = read.map((one) => ({ ...one, evidence: undefined }));
  const checked = await checkStatements(bare, {
    root: fixtureRoot("//- /x\n"),
    packages: [],
    foreignFiles: [],
    files: [],
  });
  expect(checked.map(({ outcome }) => outcome)).toEqual(["unchecked", "unchecked", "unchecked"]);
});
