import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Lock, parseLock, printLock } from "../../src/plan/lock.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { diffIds } from "../support/image-tree.ts";
import { buildFailure, makeProject } from "../support/project.ts";

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
