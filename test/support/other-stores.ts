import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stores } from "../../scripts/lib/engine.ts";
import { testEngine } from "./engine.ts";

/**
 * Leaves a text under a name for the runs on other stores, and gives theirs, where they have left one already. The run
 * that comes later sees the other's text, also when both come at once.
 */
export function onOtherStores(name: string, text: string): readonly string[] {
  const shared = process.env["PITH_SHARED_FOLDER"];
  if (shared === undefined) return [];
  const own = testEngine().store;
  const fileOf = (store: string): string => join(shared, store, name);
  mkdirSync(join(shared, own), { recursive: true });
  writeFileSync(`${fileOf(own)}.part`, text);
  renameSync(`${fileOf(own)}.part`, fileOf(own));
  return stores
    .filter((store) => store !== own && existsSync(fileOf(store)))
    .map((store) => readFileSync(fileOf(store), "utf8"));
}
