import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { commitSeconds, gitOrigin } from "../../../src/cli/git-origin.ts";
import { makeProject } from "../../support/project.ts";

const project = makeProject({ "main.js": "1\n", "none/file": "" });
const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-C", project.folder, ...identity, ...args], { encoding: "utf8" }).trim();

test("the commit and the remote of a folder are told, and changes to it", () => {
  git("init", "--quiet", "--initial-branch=main");
  expect(gitOrigin(project.folder)).toEqual({});
  git("add", "main.js", "none");
  git("commit", "--quiet", "-m", "first");
  const commit = git("rev-parse", "HEAD");
  expect(commitSeconds(project.folder)).toBe(Number(git("log", "-1", "--format=%ct")));
  expect(gitOrigin(project.folder)).toEqual({ revision: commit });
  git("remote", "add", "origin", "https://host/shop.git");
  expect(gitOrigin(path.join(project.folder, "none"))).toEqual({ revision: commit, source: "https://host/shop.git" });
  fs.writeFileSync(project.path("main.js"), "2\n");
  expect(gitOrigin(project.folder).revision).toBe(`${commit}-dirty`);
  expect(commitSeconds(project.folder)).toBe(undefined);
});

test("a repository's settings start no program", () => {
  git("config", "core.fsmonitor", `touch ${project.path("started")}`);
  expect(gitOrigin(project.folder).revision).toMatch(/^[0-9a-f]{40}/u);
  expect(fs.existsSync(project.path("started"))).toBe(false);
});

test("a folder that is not there has none", () => {
  expect(gitOrigin("/proc/self/none")).toEqual({});
});
