import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it.each([
  'run() { local times=$1; "${@:2}"; }; run 3 nginx -t',
  'run() { local command=("${@:2:2}"); "${command[@]}"; }; run 3 nginx -t x',
  'command=(x nginx -t); "${command[@]:1}"',
  'run() { shift 2; "$@"; }; run a b nginx -t',
  `run() { ${"shift; ".repeat(12)}"$@"; }; run ${"a ".repeat(12)}nginx -t`,
  'run() { shift; shift; "$@"; }; run a b nginx -t',
])("takes a part of a list: %s", async (script) => {
  expect(await trace(script)).toBe("program /usr/bin/nginx [-t]: runs nginx (line 1)");
});
