/*
 * Reads 60 blobs of a content store, and keeps those that it lacks, as one of several processes: `store-user FOLDER
 * SEED`. Ends with 1 where a blob has other bytes than it should have.
 */
import fs from "node:fs";
import process from "node:process";
import { openContentStore } from "../../src/adapters/content-store/content-store.ts";
import { randomFrom } from "../fuzz/random.ts";
import { describe, types } from "./registry/test-image.ts";

const [folder = "", seed = "1"] = process.argv.slice(2);
const random = randomFrom(Number(seed));
// Of 25 blobs about half fit.
const store = openContentStore({ folder, limitBytes: 400_000, now: () => Date.now() });
let wrong = 0;
for (let round = 0; round < 60; round++) {
  const bytes = Buffer.alloc(30_000, `blob ${String(random.below(25))} `);
  const descriptor = describe(types.layer, bytes);
  const given = async function* () {
    for (let at = 0; at < bytes.length; at += 10_000) {
      await Promise.resolve();
      yield bytes.subarray(at, at + 10_000);
    }
  };
  const file = store.open(descriptor) ?? (await store.put(descriptor, given, "a test"));
  if (file === undefined) continue;
  const found = Buffer.alloc(bytes.length + 1);
  const count = fs.readSync(file, found, 0, found.length, 0);
  fs.closeSync(file);
  if (!found.subarray(0, count).equals(bytes)) wrong++;
}
process.exitCode = wrong === 0 ? 0 : 1;
