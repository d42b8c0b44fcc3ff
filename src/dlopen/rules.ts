import type { DlopenRule } from "../closure/model/closure.ts";
import { pathStart } from "../formats/elf/strings.ts";
import { compareBytes } from "../rootfs/rootfs.ts";
import { compilers } from "./compilers.ts";
import { type DataRule, toDlopenRule } from "./data-rule.ts";
import { dlopenNotes } from "./dlopen-notes.ts";
import { gconv } from "./gconv.ts";
import { go } from "./go.ts";
import { libgcc } from "./libgcc.ts";
import { nginx } from "./nginx.ts";
import { nss } from "./nss.ts";
import { openssl } from "./openssl.ts";
import { opensslProviders } from "./openssl-providers.ts";
import { pam } from "./pam.ts";
import { searched } from "./reported.ts";
import { databaseRules } from "./tables/databases.ts";
import { graphicsRules } from "./tables/graphics.ts";
import { programRules } from "./tables/programs.ts";
import { scienceRules } from "./tables/science.ts";
import { securityRules } from "./tables/security.ts";
import { serverRules } from "./tables/servers.ts";
import { textRules } from "./tables/text.ts";

/** The rules that are data. */
export const dataRules: readonly DataRule[] = [
  ...databaseRules,
  ...graphicsRules,
  ...programRules,
  ...scienceRules,
  ...securityRules,
  ...serverRules,
  ...textRules,
].toSorted((left, right) => compareBytes(left.name, right.name));

/** Every dlopen rule that Pith knows, sorted by name. */
export const dlopenRules: readonly DlopenRule[] = [
  compilers,
  dlopenNotes,
  gconv,
  go,
  libgcc,
  nginx,
  nss,
  openssl,
  opensslProviders,
  pam,
  ...dataRules.map(toDlopenRule),
].toSorted((left, right) => compareBytes(left.name, right.name));

/** The texts that most objects are searched for, in one pass. */
export function searchedTexts(rules: readonly DlopenRule[]): readonly string[] {
  return [searched, pathStart, ...rules.flatMap(({ searches = [] }) => searches)];
}
