import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { cacheFolder, openContentStore } from "../../../../src/adapters/content-store/content-store.ts";
import { describe, types } from "../../../support/registry/test-image.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-store-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
let count = 0;

function open(limitBytes = 1e9, location = path.join(folder, String(++count))) {
  let time = 1_700_000_000_000;
  const store = openContentStore({ folder: location, limitBytes, now: () => (time += 1000) });
  const blobs = path.join(location, "blobs");
  const put = async (text: string) => {
    const bytes = Buffer.from(text);
    const file = await store.put(describe(types.layer, bytes), () => chunks(bytes), "a test");
    if (file !== undefined) fs.closeSync(file);
    return file !== undefined;
  };
  const has = (text: string): boolean => {
    const file = store.open(describe(types.layer, Buffer.from(text)));
    if (file !== undefined) fs.closeSync(file);
    return file !== undefined;
  };
  const names = (): readonly string[] => (fs.existsSync(blobs) ? fs.readdirSync(blobs) : []);
  return { store, put, has, names, blobs };
}

async function* chunks(...all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

it("keeps blobs, and gives them back once their bytes are checked", async () => {
  const { put, has, names, blobs } = open();
  expect(has("text")).toBe(false);
  expect(await put("text")).toBe(true);
  expect(has("text")).toBe(true);
  const [name = ""] = names();
  fs.writeFileSync(path.join(blobs, name), "texT");
  expect(has("text")).toBe(false);
  expect(names()).toEqual([]);
});

it("keeps nothing of bytes that are not those of the descriptor, or that break off", async () => {
  const { store, names } = open();
  const wanted = describe(types.layer, Buffer.from("text"));
  await expect(store.put(wanted, () => chunks(Buffer.from("tex")), "a test")).rejects.toThrow("BLOB_DIGEST");
  await expect(
    store.put(
      wanted,
      async function* () {
        yield Buffer.from("te");
        throw new Error("cut");
      },
      "a test",
    ),
  ).rejects.toThrow("cut");
  expect(names()).toEqual([]);
});

it("forgets what was not used for longest, and what killed runs left", async () => {
  const { put, has, names, blobs } = open(25);
  await put("1234567890");
  await put("abcdefghij");
  fs.writeFileSync(path.join(blobs, "tmp-old"), "left behind");
  fs.utimesSync(path.join(blobs, "tmp-old"), 1, 1);
  fs.writeFileSync(path.join(blobs, "tmp-new"), "");
  expect(has("1234567890")).toBe(true);
  await put("ABCDEFGHIJ");
  expect([has("1234567890"), has("abcdefghij"), has("ABCDEFGHIJ")]).toEqual([true, false, true]);
  expect(names().filter((name) => name.startsWith("tmp-"))).toEqual(["tmp-new"]);
});

it("serves several runs at once", async () => {
  const location = path.join(folder, "shared");
  const texts = Array.from({ length: 20 }, (_, index) => `blob ${index % 5}`);
  const done = await Promise.all(texts.map(async (text) => open(1e9, location).put(text)));
  expect(done).not.toContain(false);
  expect(fs.readdirSync(path.join(location, "blobs"))).toHaveLength(5);
});

it("gives eight processes the right bytes, while blobs are replaced by others, pipes and links", async () => {
  const location = path.join(folder, "eight");
  const blobs = path.join(location, "blobs");
  fs.mkdirSync(blobs, { recursive: true });
  const program = fileURLToPath(new URL("../../../support/store-user.ts", import.meta.url));
  const ended: unknown[] = [];
  const ends = Array.from({ length: 8 }, async (_, index) => {
    const child = spawn(process.execPath, [program, location, String(index + 1)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const said = text(child.stderr);
    const code = await new Promise<unknown>((resolve) => void child.once("exit", resolve));
    ended.push(code);
    return `${String(code)} ${await said}`;
  });
  let harmed = 0;
  while (ended.length < ends.length) {
    await setTimeout(2);
    const name = fs.readdirSync(blobs).find((one) => !one.startsWith("tmp-"));
    if (name === undefined) continue;
    const harm = path.join(location, `harm-${String(harmed)}`);
    if (harmed % 3 === 0) fs.writeFileSync(harm, "x".repeat(30_000));
    else if (harmed % 3 === 1) fs.symlinkSync("/dev/zero", harm);
    else execFileSync("mkfifo", [harm]);
    fs.renameSync(harm, path.join(blobs, name));
    harmed++;
  }
  expect(await Promise.all(ends)).toEqual(Array.from({ length: 8 }, () => "0 "));
  expect(harmed).toBeGreaterThan(10);
  expect(fs.readdirSync(blobs).filter((name) => name.startsWith("tmp-"))).toEqual([]);
});

it("is not there where nothing can be written", async () => {
  fs.writeFileSync(path.join(folder, "file"), "");
  expect(await open(1, path.join(folder, "file")).put("text")).toBe(false);
});

it("is in the user's cache folder", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/c", HOME: "/h" })).toBe("/c/pith");
  expect(cacheFolder({ XDG_CACHE_HOME: "relative", HOME: "/h" })).toBe("/h/.cache/pith");
});
