import type { Target } from "./target.ts";
import { tar } from "./targets/archives.ts";
import { compression } from "./targets/compression.ts";
import { elf, ldSoCache } from "./targets/elf.ts";
import { linkedProgram } from "./targets/linked.ts";
import { challenges } from "./targets/logins.ts";
import { apkDatabase, rpmDatabase, rpmHeader } from "./targets/packages.ts";
import { globs, spec } from "./targets/specs.ts";
import { dpkgDatabase, manifests, references } from "./targets/texts.ts";

/** Every reader of what strangers write, with its share of the inputs: faster ones get more. */
export const targets: readonly (readonly [target: Target, share: number])[] = [
  [tar, 0.16],
  [compression, 0.02],
  [elf, 0.14],
  [linkedProgram, 0.04],
  [ldSoCache, 0.17],
  [dpkgDatabase, 0.1],
  [apkDatabase, 0.06],
  [rpmDatabase, 0.04],
  [rpmHeader, 0.05],
  [references, 0.09],
  [challenges, 0.02],
  [manifests, 0.06],
  [spec, 0.03],
  [globs, 0.02],
];
