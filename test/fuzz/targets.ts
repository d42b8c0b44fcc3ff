import type { Target } from "./target.ts";
import { tar } from "./targets/archives.ts";
import { compression } from "./targets/compression.ts";
import { elf, ldSoCache } from "./targets/elf.ts";
import { globs, spec } from "./targets/specs.ts";
import { dpkgDatabase, manifests, references } from "./targets/texts.ts";

/** Every reader of what strangers write, with its share of the inputs: faster ones get more. */
export const targets: readonly (readonly [target: Target, share: number])[] = [
  [tar, 0.2],
  [compression, 0.02],
  [elf, 0.2],
  [ldSoCache, 0.2],
  [dpkgDatabase, 0.1],
  [references, 0.15],
  [manifests, 0.08],
  [spec, 0.02],
  [globs, 0.03],
];
