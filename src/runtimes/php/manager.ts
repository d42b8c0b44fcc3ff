import { cacheFolder, type Install, type Listed } from "../../languages/install.ts";
import type { LanguageManagers } from "../../languages/manager.ts";

export function installComposer({ isLocked, text }: Listed): Install {
  const command = isLocked ? "install" : "update";
  const manifest = text("composer.json");
  // Lists of classes are made from the sources; by names alone they are found without.
  const needsSources = /"classmap"|"type"\s*:\s*"(?:path|artifact)"/u.test(manifest);
  return {
    title: `composer ${command} --no-dev`,
    // Scripts are the application's, which need not be there.
    args: ["composer", command, "--no-dev", "--no-interaction", "--no-progress", "--no-scripts", "--prefer-dist"],
    env: { COMPOSER_ALLOW_SUPERUSER: "1", COMPOSER_CACHE_DIR: cacheFolder("composer") },
    needsSources,
  };
}

/** Package managers of PHP. */
export const phpManagers: LanguageManagers = {
  language: "php",
  managers: [
    {
      name: "composer",
      locks: ["composer.lock"],
      lists: ["composer.json"],
      reads: ["auth.json"],
      makes: ["vendor"],
      install: installComposer,
      withoutScripts: { words: ["--no-plugins"] },
    },
  ],
  foreignLocks: [],
};
