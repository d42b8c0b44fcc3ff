import { cacheFolder, type Install, type Listed, shell } from "../../languages/install.ts";
import type { LanguageManagers } from "../../languages/manager.ts";

// Settings go into the application's own settings, where a program finds its gems by them. Downloaded archives stay
// out.
const script = `bundle config set --local path vendor/bundle
bundle config set --local without development:test
if [ "$1" = locked ]; then bundle config set --local frozen true; fi
bundle install
rm -rf vendor/bundle/ruby/*/cache
`;

export function installBundler({ isLocked, has, text, prefix }: Listed): Install {
  return {
    title: "bundle install",
    args: shell(script, isLocked ? "locked" : "free"),
    env: {
      // Images of Ruby keep settings and gems in a folder of their own, which does not ship.
      BUNDLE_APP_CONFIG: `${prefix}/.bundle`,
      BUNDLE_USER_CACHE: cacheFolder("bundler"),
      BUNDLE_SILENCE_ROOT_WARNING: "1",
    },
    needsSources:
      ["Gemfile", "gems.rb"].some((name) => /\bpath:|:path\s*=>|^[ \t]*(?:gemspec|path)\b/mu.test(text(name))) ||
      has("vendor/cache/.bundlecache"),
  };
}

/** Package managers of Ruby. */
export const rubyManagers: LanguageManagers = {
  language: "ruby",
  managers: [
    {
      name: "bundler",
      locks: ["Gemfile.lock", "gems.locked"],
      lists: ["Gemfile", "gems.rb"],
      reads: [".bundle/config", ".ruby-version", ".tool-versions", "vendor/cache/.bundlecache"],
      makes: [".bundle", "vendor/bundle"],
      install: installBundler,
    },
  ],
  foreignLocks: [],
};
