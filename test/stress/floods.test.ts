import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompress } from "../../src/adapters/layers/decompress.ts";
import { loadingLanguages, ownFiles } from "../support/loading-languages.ts";

describe("a layer whose size alone is hostile does no harm", () => {
  it.each([
    ["files", "1000 directories"],
    ["directories", "LAYER_TOO_LARGE: it has more than 2000000 members"],
  ])("a million members of %s take less than 300 MB", { timeout: 300_000 }, async (kind, answer) => {
    const program = path.join(import.meta.dirname, "../fuzz/million-members.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [program, "1000000", kind]);
    const [said, megabytes] = stdout.split("\n");
    expect(said).toBe(answer);
    expect(Number(megabytes)).toBeLessThan(300);
  });

  it("a gzip bomb ends when it has grown to 200 times its size", { timeout: 120_000 }, async () => {
    const member = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024));
    async function* bomb(): AsyncGenerator<Uint8Array> {
      for (;;) yield member;
    }
    let given = 0;
    const drain = async (): Promise<void> => {
      for await (const chunk of decompress(bomb(), "gzip", { maximumBytes: 20 * 1024 ** 3 })) given += chunk.length;
    };
    await expect(drain()).rejects.toThrow("it grows to more than 200 times its size");
    expect(given).toBeLessThanOrEqual(1024 ** 3);
  });
});

it.each(loadingLanguages)("%s: ten thousand sources", async (_, language) => {
  const sources: Record<string, string> = { main: "" };
  for (let index = 0; index < 10_000; index++) sources[`m${String(index)}`] = "";
  sources["main"] = Array.from({ length: 10_000 }, (_, index) => language.load(`m${String(index)}`)).join("\n");
  expect((await ownFiles(language, sources)).own).toHaveLength(10_001);
});

it.each(loadingLanguages)("%s: three thousand sources, each of which loads the next", async (_, language) => {
  const sources: Record<string, string> = { main: language.load("m0") };
  for (let index = 0; index < 3000; index++) sources[`m${String(index)}`] = language.load(`m${String(index + 1)}`);
  expect((await ownFiles(language, sources)).own).toHaveLength(3001);
});
