import { expect, test } from "vitest";
import { build } from "../../../../src/frontend/build.ts";
import { judgeStart } from "../../../../src/frontend/verify/start-check.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { type FakeEngine, findingsOf, recordingEngine } from "../../../support/fake-engine.ts";

const spec = (more = ""): FakeEngine["spec"] => ({
  "pith.yaml": `from: base:1\nbinaries: [/bin/x]\ncmd: [-v]\n${more}`,
});

const observed = (status: string, stderr = "") => ({
  "report/status": `${status}\n`,
  "report/stdout": "",
  "report/stderr": stderr,
});

const explained = (missing: readonly object[], denied: readonly object[] = []) => ({
  "missing.json": JSON.stringify({ version: 1, missing, denied }),
});
const missing = (...found: readonly object[]) => explained(found);
const library = { path: "/lib/a.so", kind: "file", program: "/bin/x", owner: "dpkg:liba", isNamed: false };
const named = { path: "/etc/x", kind: "directory", program: "/bin/x", isNamed: true };
const excluded = { path: "/lib/b.so", kind: "file", program: "", excludedBy: 0, isNamed: false };

type Reports = Readonly<Record<string, string>>;

/** What `observe` leaves of the image's run and of the builder's, told apart by the name of the step. */
const runs = (ofImage: Reports, ofBuilder: Reports): Readonly<Record<string, Reports>> => ({
  "in the image": ofImage,
  "in the builder": ofBuilder,
  "in its builder": ofBuilder,
  "as root": ofBuilder,
});

async function warningsOf(fake: FakeEngine): Promise<readonly string[]> {
  const { engine, warnings } = recordingEngine(fake);
  await build(engine, { files: [] });
  return warnings.map(({ short, detail }) => [short, ...detail].join("; "));
}

test("an image that dies for want of a file that its builder has is refused", async () => {
  const found = async (...files: readonly object[]): Promise<readonly string[]> =>
    findingsOf({
      spec: spec("closure: {exclude: [{path: /lib/b.so, force: true}]}\n"),
      outputs: { '"missing"': missing(...files), ...runs(observed("exit 1", "no a\n"), observed("running 0")) },
    });
  // A directory that did not list a file is the least likely cause.
  const [listed] = await found(library, { ...library, path: "/lib/listed.so", isListed: true });
  expect(listed).toContain("/bin/x did not find /lib/a.so (package liba), /lib/listed.so");
  expect(await found(named, library)).toMatchInlineSnapshot(`
    [
      "START_FAILED: cannot start /usr/bin/true: in the image it ended with exit code 1, and in the builder it does not; /bin/x did not find /etc/x, /lib/a.so (package liba), which the builder has; it printed last: no a (pith.yaml:3; add to closure.include: - {path: "/etc/x", because: "/bin/x opens it"} and - {path: "/lib/a.so", because: "/bin/x opens it"})",
    ]
  `);
  expect(await found(excluded, ...Array.from({ length: 5 }, () => library), excluded)).toMatchInlineSnapshot(`
    [
      "START_FAILED: cannot start /usr/bin/true: in the image it ended with exit code 1, and in the builder it does not; the program did not find /lib/b.so, /lib/a.so (package liba), /lib/a.so (package liba) and 4 more, which the builder has; it printed last: no a (pith.yaml:4; remove the pattern from closure.exclude)",
    ]
  `);
});

test("a builder that is only slower to die has no more than its image", async () => {
  const died = runs(observed("exit 1", "no command\n"), observed("running 0"));
  const found = async (longer: Reports): Promise<readonly string[]> =>
    warningsOf({
      spec: spec(),
      outputs: { '"missing"': missing(), ...died, "in its builder": longer, "as root": longer },
    });
  expect(await found(observed("exit 1", "no command\n"))).toEqual([]);
  expect(await found(observed("exit 0"))).toMatchInlineSnapshot(`
    [
      "START_DIFFERS: cannot start /usr/bin/true: in the image it ended with exit code 1, and in the builder it does not; it printed last: no command; hint: read what it printed, above under its name",
    ]
  `);
});

test("an image that lives and looks in vain for a file of its builder is built with a warning", async () => {
  const cut = { ...library, path: "/lib/cut.py", isCut: true };
  const cache = { ...library, path: "/var/cache/fontconfig/a.cache-9" };
  const lived = runs(observed("running 0"), observed("exit 0"));
  const outputs = { '"missing"': missing(library, cut), ...lived };
  expect(await warningsOf({ spec: spec(), outputs: { '"missing"': missing(cut, cache), ...lived } })).toEqual([]);
  expect(await warningsOf({ spec: spec(), outputs })).toMatchInlineSnapshot(`
    [
      "START_MISS: cannot find all that /usr/bin/true opens when it starts: /bin/x did not find /lib/a.so (package liba), which the builder has; hint: add to closure.include: - {path: "/lib/a.so", because: "/bin/x opens it"}",
    ]
  `);
});

test("an image that dies, its builder does not, and no file tells why, is built with a warning", async () => {
  const outputs = { '"missing"': missing(), ...runs(observed("signal 11"), observed("exit 0")) };
  expect(await warningsOf({ spec: spec(), outputs })).toMatchInlineSnapshot(`
    [
      "START_DIFFERS: cannot start /usr/bin/true: in the image it was ended by signal 11, and in the builder it does not; hint: read what it printed, above under its name",
    ]
  `);
});

const body = { path: "/var/lib/nginx/body", program: "/usr/sbin/nginx" };

test("a program that may not write is told the directory and the user, where its builder does not let it either", async () => {
  const died = observed("exit 1", "mkdir() failed (13: Permission denied)\n");
  const outputs = { '"missing"': explained([library], [body]), ...runs(died, died) };
  expect(await warningsOf({ spec: spec(), outputs })).toMatchInlineSnapshot(`
    [
      "START_DENIED: cannot start /usr/bin/true: in the image and in the builder it ended with exit code 1; the user 65532:65532 may not use /var/lib/nginx/body; it printed last: mkdir() failed (13: Permission denied); hint: write files: {/var/lib/nginx: {directory: true, owner: "65532:65532"}}, or user: root",
    ]
  `);
});

test("a program that may not write to the image alone is told so", async () => {
  const outputs = { '"missing"': explained([], [body]), ...runs(observed("exit 1"), observed("running 0")) };
  expect(await warningsOf({ spec: spec(), outputs })).toMatchInlineSnapshot(`
    [
      "START_DENIED: cannot start /usr/bin/true: in the image it ended with exit code 1, and in the builder it does not; the user 65532:65532 may not use /var/lib/nginx/body; hint: write files: {/var/lib/nginx: {directory: true, owner: "65532:65532"}}, or user: root",
    ]
  `);
});

test("a program that only root may start is told so, where the spec names no user", async () => {
  const died = observed("exit 2", "Error: Can't drop privilege as nonroot user\n");
  const asRoot = (report: Reports) => ({ '"missing"': missing(), ...runs(died, died), "as root": report });
  const lived = asRoot(observed("running 0"));
  expect(await warningsOf({ spec: spec(), outputs: lived })).toMatchInlineSnapshot(`
    [
      "START_DENIED: cannot start /usr/bin/true: as the user 65532:65532 it ended with exit code 2, and with "user: root" it does not; it printed last: Error: Can't drop privilege as nonroot user; hint: write user: root",
    ]
  `);
  expect(await warningsOf({ spec: spec(), outputs: asRoot(observed("exit 1")) })).toEqual([]);
  expect(await warningsOf({ spec: spec("user: nonroot\n"), outputs: lived })).toEqual([]);
});

test("a detected program that dies in both is told with the line that says why", async () => {
  const puma = "a.rb:9:in 'check': Missing `secret_key_base` (ArgumentError)\n\tfrom a.rb:1:in '<main>'\n";
  const outputs = { '"missing"': missing(), ...runs(observed("exit 1", puma), observed("exit 1", puma)) };
  const context = { "index.php": "<?php echo 1;" };
  const images = { "docker.io/library/php:8.4-cli": '{"architecture":"amd64","os":"linux","config":{}}' };
  const found = async (text: string, alsoOutputs = {}) =>
    warningsOf({ spec: { "pith.yaml": text }, context, images, outputs: { ...alsoOutputs, ...outputs } });
  expect(await found("# syntax=pith\n")).toMatchInlineSnapshot(`
    [
      "START_ENDED: cannot tell whether /usr/bin/true works: in the image and in the builder it ended with exit code 1; it printed: a.rb:9:in 'check': Missing \`secret_key_base\` (ArgumentError); hint: give it what it asks for when it runs: variables, arguments, files, a network",
    ]
  `);
  // Whoever names the command knows what it takes.
  expect(await found("# syntax=pith\ncmd: [index.php]\n")).toEqual([]);
});

test("root is told the directory alone", () => {
  const run = (status: string) => ({ status, stdout: "", stderr: "" });
  const denied = ["data", "b", "c", "d", "e"].map((name) => ({ path: toAbsPath(`/srv/${name}`), program: "" }));
  const both = { command: ["/bin/x"], ofImage: run("exit 1"), ofBuilder: run("running 0") };
  const found = judgeStart(both, { missing: [], denied }, { user: "0:0" });
  expect(found[0]?.message).toContain("the user 0:0 may not use /srv/data, /srv/b, /srv/c and 2 more");
  expect(found[0]?.hint).toBe('write files: {/srv: {directory: true, owner: "0:0"}}');
});

test.for([
  ["both end alike", observed("exit 1"), observed("exit 1")],
  ["only the builder ends badly", observed("running 0"), observed("signal 9")],
  ["an earlier build has found it good", {}, {}],
] as const)("nothing is said where %s", async ([, ofImage, ofBuilder]) => {
  expect(await warningsOf({ spec: spec(), outputs: { '"missing"': missing(), ...runs(ofImage, ofBuilder) } })).toEqual(
    [],
  );
});

test.for([
  ["the spec says so", "verify: {start: off}\n", {}],
  ["the spec says so in a list", "verify: [{start: false}]\n", {}],
  ["the command line says so", "", { "build-arg:START_CHECK": "off" }],
  ["the image is of another platform", "", { platform: "linux/arm64" }],
] as const)("nothing is started where %s", async ([, more, options]) => {
  const { engine, solved } = recordingEngine({
    spec: spec(more),
    options,
    images: { "docker.io/library/base:1": '{"architecture":"arm64","os":"linux","config":{}}' },
  });
  await build(engine, { files: [] });
  expect(solved.some((dump) => dump.includes("/dev/pith/bin/observe"))).toBe(false);
});

test("a good start is noted, and the note is looked for by the next build", async () => {
  const outputs = { '"missing"': missing(), ...runs(observed("running 0"), observed("running 0")) };
  const { engine, solved } = recordingEngine({ spec: spec(), outputs });
  await build(engine, { files: [] });
  const noted = solved.find((dump) => dump.includes('"--note"')) ?? "";
  const [note] = /\/dev\/pith\/notes\/[0-9a-f]{64}/u.exec(noted) ?? [];
  expect(note).toBeDefined();
  expect(solved.filter((dump) => dump.includes(`"/dev/pith/bin/unless",\n    "${note ?? ""}"`)).length).toBeGreaterThan(
    1,
  );
});

test("a value of START_CHECK that is none is refused", async () => {
  expect(await findingsOf({ spec: spec(), options: { "build-arg:START_CHECK": "no" } })).toMatchInlineSnapshot(`
    [
      "OPTION_INVALID: cannot use START_CHECK "no": it is neither on nor off (write --build-arg START_CHECK=off)",
    ]
  `);
});
