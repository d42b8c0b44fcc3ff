import type { Target } from "./target.ts";
import { tar } from "./targets/archives.ts";
import { compression } from "./targets/compression.ts";
import { elf, ldSoCache } from "./targets/elf.ts";
import { layers } from "./targets/layers.ts";
import { linkedProgram } from "./targets/linked.ts";
import { challenges } from "./targets/logins.ts";
import { beam, distInfo, ini, jsonFiles } from "./targets/metadata.ts";
import { apkDatabase, rpmDatabase, rpmHeader } from "./targets/packages.ts";
import { registryAnswers } from "./targets/registries.ts";
import { javascript, python, scripts, shell } from "./targets/sources.ts";
import { globs, spec } from "./targets/specs.ts";
import { dpkgDatabase, manifests, references } from "./targets/texts.ts";
import { classes, zips } from "./targets/zips.ts";

/** Every reader of what strangers write, and the writer of layers. */
export const targets: readonly Target[] = [
  tar,
  compression,
  zips,
  elf,
  linkedProgram,
  ldSoCache,
  dpkgDatabase,
  apkDatabase,
  rpmDatabase,
  rpmHeader,
  references,
  challenges,
  registryAnswers,
  manifests,
  spec,
  globs,
  python,
  javascript,
  shell,
  ...scripts,
  classes,
  beam,
  distInfo,
  jsonFiles,
  ini,
  layers,
];
