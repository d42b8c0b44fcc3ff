import os from "node:os";
import process from "node:process";
import { cacheFolder, openContentStore } from "../adapters/content-store/content-store.ts";
import { fetchImage } from "../adapters/images/fetch-image.ts";
import type { SourceOptions } from "../adapters/images/open-source.ts";
import { refuse } from "../adapters/images/refuse.ts";
import type { Call } from "./command.ts";
import { openSourceLocation } from "./image-locations.ts";
import { registriesOf } from "./registry-options.ts";

/** Reads images of registries as sources; their blobs stay in the user's cache folder for the next time. */
export function imageFetcher(
  call: Call,
  { withStatements = false }: { readonly withStatements?: boolean } = {},
): NonNullable<SourceOptions["fetchImage"]> {
  return async (reference, { text, platform, onBytes }) => {
    const limitBytes = parseLimit(process.env["PITH_CACHE_LIMIT"]);
    const folder = cacheFolder(process.env);
    const registries = registriesOf(call);
    try {
      const opened = await openSourceLocation({ kind: "registry", reference }, text, registries);
      return await fetchImage(opened.source, {
        reference: opened.reference,
        platform,
        store: limitBytes === 0 ? undefined : openContentStore({ folder, limitBytes, now: () => Date.now() }),
        spoolFolder: os.tmpdir(),
        withStatements,
        ...(onBytes === undefined ? {} : { onBytes }),
      });
    } finally {
      await registries.close();
    }
  };
}

const units: Readonly<Record<string, number>> = { "": 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** `10GB`; the default is that. Throws OPTION_INVALID. */
export function parseLimit(text = "10GB"): number {
  const [, number = "", unit = ""] = /^(\d{1,15})(kB|MB|GB|TB|)$/u.exec(text) ?? [];
  const factor = units[unit];
  if (number !== "" && factor !== undefined) return Number(number) * factor;
  throw refuse(
    "OPTION_INVALID",
    `cannot use PITH_CACHE_LIMIT=${JSON.stringify(text.slice(0, 100))}: not a number of bytes`,
    "write it as 10GB, 500MB or 0 for no cache",
  );
}
