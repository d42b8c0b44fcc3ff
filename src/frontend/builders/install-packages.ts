import type { ExecMount, State } from "../../formats/llb/state.ts";
import type { PlatformBuild } from "../build-context.ts";
import { heldScript, lockMount } from "./held-packages.ts";
import { cacheId, runStep, type Stage } from "./steps.ts";

/**
 * Installs its arguments with the package manager that the builder itself has: an image's name tells nothing of it.
 * Packages that only might be wanted (recommended packages, weak dependencies) are not installed; apk knows no such
 * packages. dnf has versions after a dash, where the others have `=`.
 */
export const installScript = `set -e
has() { command -v "$1" >/dev/null 2>&1; }
if has apt-get; then
  # Packages with alternatives, such as Java, link manual pages into a folder that slim images do not have.
  mkdir -p /usr/share/man/man1
  apt-get update -qq
  exec apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -- "$@"
fi
if has apk; then
  exec apk add --quiet --no-progress --update-cache --cache-dir /var/cache/apk "$@"
fi
for name in "$@"; do
  shift
  case $name in
    *[\\<\\>\\(]*) ;;
    *=*) name=\${name%%=*}-\${name#*=} ;;
  esac
  set -- "$@" "$name"
done
if has dnf; then
  exec dnf -q -y --setopt=install_weak_deps=False --setopt=keepcache=True install "$@"
fi
if has microdnf; then
  exec microdnf -y --setopt=install_weak_deps=0 install "$@"
fi
if has yum; then
  exec yum -q -y --setopt=keepcache=1 install "$@"
fi
echo "cannot install packages: the builder has none of apt-get, apk, dnf, microdnf and yum" >&2
exit 69
`;

/**
 * Where package managers keep what they load, by the names of the caches. All of them are mounted, since only the step
 * knows which one runs; the engine removes mount points that it made.
 */
const caches: Readonly<Record<string, string>> = {
  "apt-cache": "/var/cache/apt",
  "apt-lists": "/var/lib/apt/lists",
  apk: "/var/cache/apk",
  dnf: "/var/cache/dnf",
  libdnf5: "/var/cache/libdnf5",
  yum: "/var/cache/yum",
};

/** The caches of all package managers, for a step that runs one of them. */
export function packageCaches(build: PlatformBuild, { platform }: Pick<Stage, "platform">): readonly ExecMount[] {
  return Object.entries(caches).map(
    ([name, dest]): ExecMount => ({
      type: "cache",
      dest,
      // Releases and distributions share a cache: what is in it is named by repository, and checked by digest before it
      // is used.
      id: cacheId(build, `pith-${name}-${platform.architecture}`),
      sharing: "locked",
    }),
  );
}

/**
 * Installs packages with the builder's own package manager, of which nothing but the packages stays: of the snapshot
 * that the spec names, and in the versions of the lock, where there is one.
 */
export function installPackages(build: PlatformBuild, stage: Stage, packages: readonly string[]): State {
  const { snapshot } = stage.spec;
  const held = lockMount(build, stage.name);
  const script =
    snapshot === undefined && held === undefined ? [installScript, "install"] : [heldScript, "install", snapshot ?? ""];
  return runStep(build, stage, `/builders/${stage.name}/packages`, {
    name: `install packages: ${packages.join(" ")}`,
    args: ["/bin/sh", "-c", ...script, ...packages],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    user: "root",
    workdir: "/",
    network: "default",
    mounts: [...packageCaches(build, stage), ...(held === undefined ? [] : [held])],
  });
}
