import { expect, it } from "vitest";
import { watchedPaths } from "../../../src/cli/watched-paths.ts";
import { parseSpec } from "../../../src/spec/parse.ts";

it.each<readonly [spec: string, paths: readonly string[]]>([
  ["binaries: [env]", []],
  ["interpreter: python3\napp: .\ncmd: [a.py]", ["."]],
  ["interpreter: python3\napp: src/app\ncmd: [a.py]\nfiles: {/x: {from: context, src: src/app/x}}", ["src/app"]],
  ["build: [{copy: {src: [./a, 'b/*.txt', '*.md'], dest: /x}}]\nbinaries: [env]", ["."]],
  ["build: [{copy: {src: [a/./b, 'c/*/d'], dest: /x}}]\nbinaries: [env]", ["a/b", "c"]],
  ["binaries: [env]\ntargets: {other: {files: {/x: {from: context, src: y}}}}", ["y"]],
])("%s", async (text, paths) => {
  const bytes = Buffer.from(`from: debian:trixie-slim\n${text}\n`);
  const readInclude = async (): Promise<undefined> => Promise.resolve(undefined);
  const { checked } = await parseSpec({ file: "pith.yaml", bytes, buildArgs: {}, predefinedArgs: {}, readInclude });
  expect(checked.diagnostics).toEqual([]);
  if (checked.value !== undefined) expect(watchedPaths(checked.value)).toEqual(paths);
});
