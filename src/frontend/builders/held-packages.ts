import { editFiles } from "../../formats/llb/ops/file.ts";
import type { ExecMount } from "../../formats/llb/state.ts";
import { lockedFor, parseLockUpdate, withoutUpdated } from "../../plan/lock.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import type { PlatformBuild } from "../build-context.ts";

/** Where a step that installs finds what a lock says. */
const lockPath = "/pith-lock";

/** Options of apt, for `apt-get` and `apt-cache`, in a script that has the snapshot's name or nothing in `snapshot`. */
export const aptOptions = `\${snapshot:+-o APT::Snapshot=$snapshot}`;

/**
 * Installs its arguments by apt-get: of the snapshot that the first one names, and in the versions of the lock. What an
 * index has under the version of the lock must have the digest of the lock; apt compares the files with the index.
 */
export const heldScript: string = `set -e
snapshot=$1
shift
if ! command -v apt-get >/dev/null 2>&1; then
  echo "cannot install packages of a snapshot: the builder has no apt-get, and no other package manager has them" >&2
  exit 69
fi
mkdir -p /usr/share/man/man1
# An older apt takes a setting that it does not know without a word.
if [ -n "$snapshot" ] && ! apt-get --snapshot "$snapshot" --version >/dev/null 2>&1; then
  echo "cannot install packages of the snapshot $snapshot: this apt-get knows none, the one of Debian 13 does" >&2
  exit 69
fi
apt-get update -qq
# Where its snapshots are, an archive may say in its own index alone. Without one of them, others would take its place.
[ -z "$snapshot" ] || apt-get update -qq --error-on=any ${aptOptions}
held=
if [ -d ${lockPath} ]; then
  held="-o Dir::Etc::Preferences=${lockPath}/preferences"
  digests="
$(cat ${lockPath}/digests)
"
  cut -d' ' -f1 ${lockPath}/digests | xargs apt-cache show ${aptOptions} -- 2>/dev/null | {
    status=0
    while read -r key value _; do
      case $key in
        Package:) name=$value ;;
        Version:) version=$value ;;
        SHA256:)
          case $digests in
            *"
$name=$version $value
"*) ;;
            *"
$name=$version "*)
              echo "cannot install $name $version: the archive has it with the SHA-256 $value, and the lock with another" >&2
              status=70
              ;;
          esac
          ;;
      esac
    done
    exit $status
  }
fi
exec apt-get install -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 ${aptOptions} $held -- "$@"
`;

/** What a lock holds the packages of a builder to, as a mount; undefined where it has none of dpkg. */
export function lockMount(build: PlatformBuild, builder: string): ExecMount | undefined {
  const { lock, engine } = build;
  const locked = lock?.builders[lock.prefix + builder];
  const held = locked && lockedFor(locked, formatPlatform(build.platform));
  if (held === undefined) return undefined;
  const update = parseLockUpdate(engine.options.get("build-arg:LOCK_UPDATE")) ?? new Set();
  // A second architecture of a package has its name in the lock, and the version of the first.
  const packages = Object.entries(withoutUpdated(held.versions, update)).flatMap(([id, version]) => {
    const name = /^dpkg:([^:]+)$/u.exec(id)?.[1];
    return name === undefined ? [] : [{ name, version, digest: /^sha256:(.+)$/u.exec(held.digests[id] ?? "")?.[1] }];
  });
  if (packages.length === 0) return undefined;
  const pins = packages.map(({ name, version }) => `Package: ${name}\nPin: version ${version}\nPin-Priority: 1001\n`);
  const digests = packages.flatMap(({ name, version, digest }) =>
    digest === undefined ? [] : [`${name}=${version} ${digest}\n`],
  );
  const toFile = (path: string, text: string) =>
    ({ kind: "make-file", path, mode: 0o644, content: new TextEncoder().encode(text), timestampSeconds: 0 }) as const;
  const files = [toFile("/preferences", pins.join("\n")), toFile("/digests", digests.join(""))];
  const state = editFiles(undefined, files, { name: `[internal] what the lock has of builder ${builder}` });
  return { type: "bind", dest: lockPath, state, readonly: true };
}
