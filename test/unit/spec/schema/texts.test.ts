import { expect, it } from "vitest";
import { gitUrl } from "../../../../src/spec/schema/texts.ts";

it.each([
  "https://host/project.git",
  "https://host/project.git#main",
  "https://host/project.git#v1.2.3:sub/folder",
  "https://host/project.git#:sub",
  "https://host/project.git#feature/x-y_z",
  "git@host:project.git#0123abc",
  "ssh://git@host/project.git#refs/tags/v1",
])("takes %s", (text) => {
  expect(gitUrl.safeParse(text).success).toBe(true);
});

it.each([
  ["https://host/project.git#ref:../..", "its directory leads out of the repository"],
  ["https://host/project.git#ref:a/../../b", "its directory leads out of the repository"],
  ["https://host/project.git#:..", "its directory leads out of the repository"],
  ["https://host/project.git#--upload-pack=touch", "git takes what begins with a dash for an option"],
  ["https://host/project.git#-b", "git takes what begins with a dash for an option"],
  ["--upload-pack=touch", "git takes what begins with a dash for an option"],
  ["https://host/project.git#a..b", 'git knows no reference "a..b"'],
  ["https://host/project.git#a~1", 'git knows no reference "a~1"'],
  ["https://host/project.git#a@{1}", 'git knows no reference "a@{1}"'],
  ["https://host/project.git#/a", 'git knows no reference "/a"'],
  ["https://host/project.git#a.lock", 'git knows no reference "a.lock"'],
  ["https://user:word@host/project.git", "it carries credentials"],
])("refuses %s", (text, reason) => {
  expect(JSON.stringify(gitUrl.safeParse(text).error?.issues ?? [])).toContain(JSON.stringify(reason).slice(1, -1));
});
