import { expect, test } from "vitest";
import { parseIgnoreFile } from "../../../src/plan/ignore-file.ts";

test("lines become patterns as the Docker CLI reads them", () => {
  const text = "\uFEFF# comment\n\n  node_modules/ \n/dist\n!dist/keep\n! spaced \n./a/../b\n..\n!\n*.log\r\n";
  expect(parseIgnoreFile(text)).toEqual(["node_modules", "dist", "!dist/keep", "!spaced", "b", "..", "*.log"]);
});
