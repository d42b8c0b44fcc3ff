import fs from "node:fs";
import { expect, it } from "vitest";
import { compareLoaders, glibcLoader } from "../support/loader-differential.ts";

// The whole comparison is `node test/bench/loader-differential.ts`; other machines have the truth cases.
it.runIf(fs.existsSync(glibcLoader.path))("agrees with the loader of this machine", { timeout: 30_000 }, async () => {
  const { differences } = await compareLoaders({
    rootDirectory: "/",
    directories: ["/usr/bin"],
    sample: 40,
    loader: glibcLoader,
  });
  expect(differences).toEqual([]);
});
