import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type Lock, parseLock, printLock } from "../../src/plan/lock.ts";
import { pith } from "../support/command-line.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { diffIds } from "../support/image-tree.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";

const project = makeProject({});
const spec = project.path("pith.yaml");
const moving = `${testEngine().registry}/pith-test/moving:1`;

/** Gives the tag a meaning. */
async function move(text: string): Promise<void> {
  project.write({ Dockerfile: `FROM debian:trixie-slim\nRUN echo ${text} > /text\n` });
  const build = ["build", "--quiet", "--network=host", "--file", project.path("Dockerfile")];
  await dockerOutput([...build, "--tag", moving, project.folder]);
  await dockerOutput(["push", "--quiet", moving]);
  await dockerOutput(["image", "rm", "--force", moving]);
}

function readLock(): Lock {
  const { lock } = parseLock(readFileSync(project.path("pith.lock"), "utf8"), "pith.lock");
  if (lock === undefined) throw new Error("the lock is none");
  return lock;
}

test("a lock holds images to their digests, and builders to their packages", async () => {
  project.write({
    "pith.yaml": `from: ${moving}\nbinaries: [cat]\nfiles: {/text: {from: main, src: /text}}\n`,
    ".dockerignore": "*\n",
  });
  await move("old");
  await mustBuild({ spec, args: ["--target=lock", `--output=type=local,dest=${project.folder}`] });
  const locked = readLock();
  const main = locked.builders["main"];
  expect(main?.image?.name).toBe(moving);
  expect(main?.image?.digest).toMatch(/^sha256:[0-9a-f]{64}$/u);
  const packages = main?.packages["linux/amd64"] ?? {};
  const dash = await dockerOutput(["run", "--rm", "debian:trixie-slim", "dpkg-query", "-Wf", "${Version}", "dash"]);
  expect(packages["dpkg:dash"]).toBe(dash);
  await mustBuild({ spec, tag: "pith-test/locked:before" });

  await move("new");
  await mustBuild({ spec, tag: "pith-test/locked:after" });
  expect(await diffIds("pith-test/locked:after")).toEqual(await diffIds("pith-test/locked:before"));

  const other = { ...packages, "dpkg:dash": "0.5", "dpkg:gone": "1" };
  const changed = { version: 1, builders: { main: { ...main, packages: { "linux/amd64": other } } } } as const;
  project.write({ "pith.lock": printLock(changed) });
  const failure = await buildFailure({ spec });
  expect(failure).toContain(
    `LOCK_DRIFT: cannot use builder main: its packages are not those of pith.lock: dpkg:dash is ${dash}, locked 0.5; dpkg:gone 1 is gone`,
  );
  expect(failure).toContain("hint: build with what the lock names, or renew it with --target lock");
});

const archive = `
FROM debian:trixie-slim
RUN rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* && \\
  make() { mkdir -p /tmp/p/DEBIAN /tmp/p/usr/share/own $1 && echo $2 >/tmp/p/usr/share/own/text && \\
    printf 'Package: own\\nVersion: %s\\nArchitecture: all\\nMaintainer: A <a@b.c>\\nDescription: own\\n' $2 >/tmp/p/DEBIAN/control && \\
    dpkg-deb --root-owner-group -b /tmp/p $1/own.deb && cd $1 && \\
    { cat /tmp/p/DEBIAN/control; echo "Filename: ./own.deb"; echo "Size: $(stat -c %s own.deb)"; \\
      echo "SHA256: $(sha256sum own.deb | cut -d' ' -f1)"; } >Packages && \\
    printf 'Origin: Own\\nSuite: now\\nSnapshots: file:/srv/old/@SNAPSHOTID@/\\nDate: %s\\nSHA256:\\n %s %s Packages\\n' \\
      "$(date -Ru)" $(sha256sum Packages | cut -d' ' -f1) $(stat -c %s Packages) >Release; } && \\
  make /srv/now 2.0 && make /srv/old/20260101T000000Z 1.0 && \\
  echo 'deb [trusted=yes] file:/srv/now ./' >/etc/apt/sources.list.d/own.list
`;

describe("packages of an archive that moves", () => {
  const own = makeProject({ Dockerfile: archive, ".dockerignore": "*\n" });
  const file = own.path("pith.yaml");
  const name = `${testEngine().registry}/pith-test/archive:1`;
  const write = (more: string): void => {
    const files = "binaries: [cat]\nfiles: {/text: {from: main, src: /usr/share/own/text}}\n";
    own.write({ "pith.yaml": `# syntax=${testEngine().frontend}\nfrom: ${name}\npackages: [own]\n${more}${files}` });
  };
  const lockFile = (): string => readFileSync(own.path("pith.lock"), "utf8");
  const renew = async (...more: readonly string[]): Promise<void> => {
    const { code, err } = await pith(["build", "--target", "lock", "-f", file, ...more]);
    expect({ code, err }).toMatchObject({ code: 0 });
  };
  const hello = (): Record<"version" | "digest", string | undefined> => {
    const main = parseLock(lockFile(), "pith.lock").lock?.builders["main"];
    const platform = "linux/amd64";
    return { version: main?.packages[platform]?.["dpkg:own"], digest: main?.digests?.[platform]?.["dpkg:own"] };
  };
  const text = async (): Promise<string | undefined> => (await buildTree(own, { spec: file })).read("text");

  beforeAll(async () => {
    await dockerOutput(["build", "--quiet", "--network=host", "--tag", name, own.folder]);
    await dockerOutput(["push", "--quiet", name]);
  });

  test("come from the snapshot that the spec names, with their digests in the lock", async () => {
    write("snapshot: 20260101T000000Z\n");
    await renew();
    expect(hello().version).toBe("1.0");
    const sum = ["run", "--rm", "--entrypoint=sha256sum", name, "/srv/old/20260101T000000Z/own.deb"];
    expect(`${hello().digest}  /srv/old/20260101T000000Z/own.deb`).toBe(`sha256:${await dockerOutput(sum)}`);
    expect(await text()).toBe("1.0");
  });

  test("of which the archive has other bytes are refused", async () => {
    const before = lockFile();
    own.write({ "pith.lock": before.replace(hello().digest ?? "", `sha256:${"0".repeat(64)}`) });
    expect(await buildFailure({ spec: file })).toMatch(/cannot install own 1\.0: the archive has it with the SHA-256/u);
    own.write({ "pith.lock": before });
  });

  test("move one by one, where they are named", async () => {
    write("");
    expect(await buildFailure({ spec: file })).toContain("dpkg:own is 2.0, locked 1.0");
    await renew("--update", "own");
    expect(hello().version).toBe("2.0");
    expect(await text()).toBe("2.0");
  });

  test("of a builder that is handed over are compared with the lock", async () => {
    const handed = ["build", "-f", file, "--source", `main=docker-daemon:${name}`, "-o", `oci:${own.path("out")}`];
    const { code, err } = await pith(handed);
    expect(code).toBe(1);
    expect(err).toContain(
      "LOCK_DRIFT: cannot use builder main: its packages are not those of pith.lock: dpkg:own 2.0 is gone",
    );
  });
});
