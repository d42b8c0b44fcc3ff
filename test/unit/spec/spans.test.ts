import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";

const read = (name: string) => readFile(new URL(`fixtures/good/${name}`, import.meta.url), "utf8");

/** Pointers into the normalised spec or the document, and the text that they show. */
const pointers: readonly (readonly [pointer: string, shown: string])[] = [
  ["", "version"],
  ["/builders/main/from", "python:3.13-slim"],
  ["/builders/main/from/name", "python:3.13-slim"],
  ["/builders/main/packages", "packages"],
  ["/builders/main/packages/0", "ca-certificates"],
  ["/builders/main/packages/1", "libpq5"],
  ["/builders/main/build/0", "npm run build"],
  ["/builders/main/build/0/command", "npm run build"],
  ["/builders/main/build/1/command/2", "build"],
  ["/builders/main/build/1/mounts/1/id", "npmrc"],
  ["/builders/main/build/2/src/1", '"src/**"'],
  ["/builders/main/env", "python:3.13-slim"],
  ["/builders/main", "python:3.13-slim"],
  ["/builders/tools/platform", "build"],
  ["/builders/tools/shell", "tools"],
  ["/builders/adopted/from/path", "Dockerfile"],
  ["/builders/cloned/from/url", '"https://host/project.git#main"'],
  ["/interpreter/path", "python3"],
  ["/app/exclude/0", "tests/**"],
  ["/app/nothing", "app"],
  ["/binaries/0", "curl"],
  ["/binaries/0/path", "curl"],
  ["/binaries/1/as", "/usr/local/bin/probe"],
  ["/libraries/0/name", "libpq.so.5"],
  ["/files/0", "/data"],
  ["/files/1/mode", '"0644"'],
  ["/files/2/target", "python3.13"],
  ["/files/~1etc~1app.conf/owner", "root"],
  ["/system/certificates/0", "extra.pem"],
  ["/system/locales/1", "de_DE.UTF-8"],
  ["/system/timezone/0", "Europe/Paris"],
  ["/closure/include/1/path", '"/usr/lib/x/**"'],
  ["/image/cmd/1", "gunicorn"],
  ["/cmd/1", "gunicorn"],
  ["/image/env/PRICE", '"5$$"'],
  ["/image/stopSignal", "SIGTERM"],
  ["/image/healthcheck/startPeriodNanoseconds", "500ms"],
  ["/image/labels/from-base", '"yes"'],
  ["/layers/1", "app"],
  ["/targets/debug/image/user", "root"],
  ["/targets/debug/image/cmd/0", "sh"],
  ["/targets/debug/binaries/2", "busybox"],
  ["/targets/debug/add/binaries/0", "busybox"],
  ["/targets/debug/builders/main/packages/1", "libpq5"],
  ["/targets/small/binaries/0/path", "/out/probe"],
  ["/targets/small", "small"],
  ["/targets/unknown/x", "targets"],
  ["/nowhere", "version"],
];

test("pointers find their places", async () => {
  const files = { "base.yaml": await read("base.yaml") };
  const { parsed } = await parseText(await read("full.yaml"), { files });
  const texts = new Map(parsed.files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes).split("\n")]));
  const shown = pointers.map(([pointer]) => {
    const { file, start, end } = parsed.spans.spanOf(pointer);
    const line = texts.get(file)?.[start.line - 1] ?? "";
    return [pointer, line.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined)];
  });
  expect(shown).toEqual(pointers);
});

test("a spec that cannot be read has its first line", async () => {
  const { parsed } = await parseText("from: [");
  expect(parsed.spans.spanOf("/from")).toEqual({
    file: "pith.yaml",
    start: { line: 1, column: 1 },
    end: { line: 1, column: 1 },
  });
});
