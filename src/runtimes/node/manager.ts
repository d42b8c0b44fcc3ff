import { cacheFolder, type Install, type Listed, shell } from "../../languages/install.ts";
import type { LanguageManagers } from "../../languages/manager.ts";

// References to files of the application: local packages, links, workspaces.
const localPackage = /"(?:file:|workspaces"|link:|portal:)/u;

export function installNpm({ isLocked, text }: Listed): Install {
  const command = isLocked ? "ci" : "install";
  return {
    title: `npm ${command} --omit=dev`,
    args: ["npm", command, "--omit=dev", "--no-audit", "--no-fund", "--no-update-notifier"],
    env: { npm_config_cache: cacheFolder("npm") },
    needsSources: ["package.json", "package-lock.json", "npm-shrinkwrap.json"].some((name) =>
      localPackage.test(text(name)),
    ),
  };
}

/** Versions of pnpm that read a lock file's version, where package.json names none. */
const pnpmByLock: readonly (readonly [lockfileVersion: RegExp, version: string])[] = [
  [/^lockfileVersion: ?'?5/mu, "7"],
  [/^lockfileVersion: ?'?6/mu, "8"],
  [/^lockfileVersion: ?'?9/mu, "10"],
];

// Its notes about the installation have times and places of this machine in them, and no program reads them.
const pnpmScript = `pinned=$1
shift
if command -v pnpm >/dev/null 2>&1; then pnpm "$@"
else npm exec --yes --package="$pinned" -- pnpm "$@"
fi
rm -f node_modules/.modules.yaml node_modules/.pnpm-workspace-state*.json
`;

export function installPnpm({ isLocked, text }: Listed): Install {
  const lock = text("pnpm-lock.yaml");
  const frozen = isLocked ? "--frozen-lockfile" : "--no-frozen-lockfile";
  const version = pinnedVersion(text("package.json"), "pnpm") ?? pnpmByLock.find(([line]) => line.test(lock))?.[1];
  return {
    title: `pnpm install --prod ${frozen}`,
    args: shell(
      pnpmScript,
      version === undefined ? "pnpm" : `pnpm@${version}`,
      "install",
      "--prod",
      frozen,
      `--store-dir=${cacheFolder("pnpm")}`,
    ),
    // It asks nothing where it believes to be in a build.
    env: { npm_config_cache: `${cacheFolder("pnpm")}/npm`, CI: "true" },
    needsSources:
      localPackage.test(text("package.json")) ||
      /^packages:/mu.test(text("pnpm-workspace.yaml")) ||
      /patchedDependencies|(?:file|link|workspace):/u.test(`${lock}${text("pnpm-workspace.yaml")}`),
  };
}

const classicScript = `case $(yarn --version 2>/dev/null) in
1.*) exec yarn "$@" ;;
*) exec npm exec --yes --package=yarn@1 -- yarn "$@" ;;
esac
`;

// A check that the second call leaves out: whether the lock is what package.json asks for. Another version of Yarn may
// write the same in another form.
const modernScript = `pinned=$1
case $(yarn --version 2>/dev/null) in
"" | 0.* | 1.*) run() { npm exec --yes --package="$pinned" -- yarn "$@"; } ;;
*) run() { yarn "$@"; } ;;
esac
locked() { sed -n 's/^  resolution: //p' yarn.lock; }
before=$(locked)
run install --mode=update-lockfile
if [ "$2" = locked ] && [ "$(locked)" != "$before" ]; then
  echo "cannot install: yarn.lock does not fit package.json (run yarn install and commit yarn.lock)" >&2
  exit 1
fi
run workspaces focus --production
rm -f .yarn/install-state.gz
`;

export function installYarn({ isLocked, text }: Listed): Install {
  const lock = text("yarn.lock");
  const settings = text(".yarnrc.yml");
  const manifest = text("package.json");
  const pinned = pinnedVersion(manifest, "yarn");
  const isClassic = pinned?.startsWith("1.") ?? (settings === "" && !/^__metadata:/mu.test(lock));
  if (isClassic) {
    const frozen = isLocked ? ["--frozen-lockfile"] : [];
    return {
      title: ["yarn install --production", ...frozen].join(" "),
      args: shell(classicScript, "install", "--production", ...frozen, "--non-interactive", "--no-progress"),
      env: { YARN_CACHE_FOLDER: cacheFolder("yarn"), npm_config_cache: `${cacheFolder("yarn")}/npm` },
      needsSources: localPackage.test(manifest),
    };
  }
  return {
    title: "yarn workspaces focus --production",
    args: shell(modernScript, `@yarnpkg/cli-dist@${pinned ?? "4"}`, isLocked ? "locked" : "free"),
    env: {
      // Node finds nothing in archives of packages by itself.
      YARN_NODE_LINKER: "node-modules",
      YARN_ENABLE_GLOBAL_CACHE: "true",
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_ENABLE_TELEMETRY: "false",
      YARN_GLOBAL_FOLDER: cacheFolder("yarn"),
      npm_config_cache: `${cacheFolder("yarn")}/npm`,
    },
    needsSources:
      localPackage.test(manifest) ||
      /^(?:yarnPath|plugins):/mu.test(settings) ||
      /(?:file|link|portal|patch):|@workspace:(?!\.")/u.test(lock),
  };
}

/** The version that `packageManager` of a package.json names for a manager; hashes are for corepack to check. */
function pinnedVersion(manifest: string, manager: string): string | undefined {
  return new RegExp(`"packageManager"\\s*:\\s*"${manager}@([\\w.-]+)`, "u").exec(manifest)?.[1];
}

const makes = ["**/node_modules"];

/** Package managers of Node. */
export const nodeManagers: LanguageManagers = {
  language: "node",
  managers: [
    {
      name: "npm",
      locks: ["package-lock.json", "npm-shrinkwrap.json"],
      lists: ["package.json"],
      reads: [".npmrc"],
      makes,
      installsUnlocked: true,
      install: installNpm,
      withoutScripts: { words: ["--ignore-scripts"] },
    },
    {
      name: "pnpm",
      locks: ["pnpm-lock.yaml"],
      lists: ["package.json"],
      reads: ["pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs"],
      makes,
      install: installPnpm,
      withoutScripts: { words: ["--ignore-scripts"] },
    },
    {
      name: "yarn",
      locks: ["yarn.lock"],
      lists: ["package.json"],
      reads: [".yarnrc.yml", ".yarnrc", ".npmrc"],
      makes,
      install: installYarn,
      withoutScripts: { words: ["--ignore-scripts"], env: { YARN_ENABLE_SCRIPTS: "false" } },
    },
  ],
  foreignLocks: [
    { name: "bun.lock", manager: "bun" },
    { name: "bun.lockb", manager: "bun" },
  ],
};
