import type { Feature } from "../closure/model/feature.ts";
import { accounts } from "./accounts/accounts.ts";
import { certificates } from "./certificates.ts";
import { loaderCache } from "./loader-cache.ts";
import { locale } from "./locale.ts";
import { nss } from "./nss.ts";
import { osRelease } from "./os-release.ts";
import { timezone } from "./timezone.ts";
import { tmp } from "./tmp.ts";

/** Every feature, sorted by name. */
export const features: readonly Feature[] = [
  accounts,
  certificates,
  loaderCache,
  locale,
  nss,
  osRelease,
  timezone,
  tmp,
];
