import { expect, test } from "vitest";
import { build } from "../../../../src/frontend/build.ts";
import { type FakeEngine, findingsOf, recordingEngine } from "../../../support/fake-engine.ts";

const spec = `builders:
  main: {from: base:1}
  other: {from: main}
binaries:
  - /bin/x
  - {path: /bin/y, from: other}
targets:
  debug: {builders: {main: {from: base:2}}}
`;
const digest = `sha256:${"2".repeat(64)}`;
const packages = { "linux/amd64": { "dpkg:a": "1" } };
const lockOf = (builders: object) => JSON.stringify({ version: 1, builders });
const main = { image: { name: "base:1", digest }, packages };

/** Every builder has package a in version 1. */
const withLock = (lock: string | undefined, options: Readonly<Record<string, string>> = {}): FakeEngine => ({
  spec: { "pith.yaml": spec, ...(lock === undefined ? {} : { "pith.lock": lock }) },
  options,
  images: {
    [`docker.io/library/base:1@${digest}`]: "{}",
    "docker.io/library/base:2": "{}",
  },
  outputs: { '"packages"': { "packages.json": '{"versions":{"dpkg:a":"1"},"digests":{}}' } },
});

test("images are taken by the digests of the lock", async () => {
  const { engine, solved } = recordingEngine(withLock(lockOf({ main, other: { packages } })));
  await build(engine, { files: [] });
  const images = solved.flatMap((dump) => dump.match(/docker-image:\/\/\S+base\S+?(?=")/gu) ?? []);
  expect(new Set(images)).toEqual(new Set([`docker-image://docker.io/library/base:1@${digest}`]));
});

test.for<[name: string, lock: string, options?: Readonly<Record<string, string>>]>([
  [
    "other packages",
    lockOf({ main: { ...main, packages: { "linux/amd64": { "dpkg:a": "0", "dpkg:b": "1" } } }, other: { packages } }),
  ],
  ["a builder less", lockOf({ main })],
  ["another platform", lockOf({ main: { ...main, packages: {} }, other: { packages } })],
  ["another image", lockOf({ main: { ...main, image: { name: "base:0", digest } }, other: { packages } })],
  ["no image", lockOf({ main: { packages }, other: { packages } })],
  ["a target with builders of its own", lockOf({ main, other: { packages } }), { target: "debug" }],
  ["a file that is none", "{}"],
])("the lock has %s", async ([name, lock, options], { expect: check }) => {
  await check(`${(await findingsOf(withLock(lock, options))).join("\n")}\n`).toMatchFileSnapshot(
    `fixtures/lock-${name.replaceAll(" ", "-")}.txt`,
  );
});

test.for<[name: string, update: string, locked: Readonly<Record<string, string>>, findings: readonly RegExp[]]>([
  ["the package that has another version", "a", { "dpkg:a": "0" }, []],
  ["it by its whole name, and a new one", "dpkg:b, dpkg:a", { "dpkg:b": "1" }, []],
  ["nothing that changes", "dpkg:a", { "dpkg:a": "1" }, []],
  ["another package", "b", { "dpkg:a": "0" }, [/LOCK_DRIFT: .*dpkg:a is 1, locked 0 \(.*name these packages too/u]],
])("a lock is updated for %s alone", async ([, update, locked, findings]) => {
  const held = { "linux/amd64": locked };
  const base = { image: { name: "base:2", digest }, packages: held };
  const lock = lockOf({
    main: { ...main, packages: held },
    other: { packages: held },
    "debug/main": base,
    "debug/other": { packages: held },
  });
  const fake = withLock(lock, { target: "lock", "build-arg:LOCK_UPDATE": update });
  const images = { ...fake.images, [`docker.io/library/base:2@${digest}`]: "{}" };
  const found = await findingsOf({ ...fake, images });
  expect(found.length > 0).toBe(findings.length > 0);
  for (const pattern of findings) expect(found.join("\n")).toMatch(pattern);
});

test("packages are installed in the versions of the lock, of the snapshot that the spec names", async () => {
  const files = (lock: string | undefined) => ({
    ...withLock(lock),
    spec: {
      "pith.yaml": "from: base:1\npackages: [a]\nsnapshot: 20260901T000000Z\nbinaries: [/bin/x]\n",
      ...(lock === undefined ? {} : { "pith.lock": lock }),
    },
  });
  const digests = { "linux/amd64": { "dpkg:a": "sha256:11" } };
  const { engine, solved } = recordingEngine(files(lockOf({ main: { ...main, digests } })));
  await build(engine, { files: [] });
  const steps = solved.join("\n");
  expect(steps).toContain('"20260901T000000Z"');
  expect(steps).toContain("Package: a\\nPin: version 1\\nPin-Priority: 1001\\n");
  expect(steps).toContain("a=1 11\\n");
});

test("the lock of all builders, those of targets too", async () => {
  const { engine, solved } = recordingEngine(withLock("{}", { target: "lock" }));
  await build(engine, { files: [] });
  expect(solved.at(-1)).toContain("pith.lock");
  expect(solved.at(-1)?.match(/debug\/(?:main|other)/gu)).toEqual(["debug/main", "debug/other"]);
});
