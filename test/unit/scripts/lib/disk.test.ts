import { tmpdir } from "node:os";
import { expect, it } from "vitest";
import { lackOfSpace } from "../../../../scripts/lib/disk.ts";

it("tells of a disk that is too full, with what is left and what is needed", () => {
  const freeBytes = (): number => 3.14e9;
  expect(lackOfSpace("/kept", 3, freeBytes)).toBeUndefined();
  expect(lackOfSpace("/kept", 25, freeBytes)).toBe(
    "cannot run: the disk of /kept has 3.1 GB left, and this takes up to 25 GB: free some, or let PITH_ENGINE_DIR name a folder of another disk",
  );
});

it("asks the disk that the folder is on", () => {
  expect(lackOfSpace(tmpdir(), 0)).toBeUndefined();
  expect(lackOfSpace(tmpdir(), 1e9)).toMatch(/has \d+\.\d GB left/u);
});
