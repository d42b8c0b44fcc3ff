import type { LockedPackages } from "../../plan/lock.ts";
import type { PlatformBuild } from "../build-context.ts";
import { aptOptions } from "../builders/held-packages.ts";
import { packageCaches } from "../builders/install-packages.ts";
import type { BuiltStage } from "../builders/stages.ts";
import { execIn } from "../builders/steps.ts";
import { solveState } from "../solve.ts";
import { listPackages } from "./list-packages.ts";

/** dpkg keeps no digest of a package that it has installed: the index of its archive has it. */
const indexScript = `exec >/pith-index/packages
snapshot=$1
apt-get update -qq >/dev/null 2>&1
[ -z "$snapshot" ] || apt-get update -qq ${aptOptions} >/dev/null 2>&1
dpkg-query -W -f '\${db:Status-Status} \${binary:Package}=\${Version}\\n' |
  sed -n 's/^installed //p' |
  xargs apt-cache show ${aptOptions} -- 2>/dev/null |
  grep -E '^(Package|Version|Architecture|SHA256): '
true
`;

const outputPath = "/pith-index";
const indexLimitBytes = 64 * 1024 * 1024;

/** The packages of a builder, with the digests that the archive has of those which its installer has none of. */
export async function listWithArchive(build: PlatformBuild, stage: BuiltStage): Promise<LockedPackages> {
  const found = await listPackages(build, stage);
  if (found.versions["dpkg:apt"] === undefined) return found;
  const { mounts } = execIn(build, stage, `/builders/${stage.name}`, {
    name: `read the archive's digests of builder ${stage.name}`,
    args: ["/bin/sh", "-c", indexScript, "index", stage.spec.snapshot ?? ""],
    env: {},
    user: "root",
    workdir: "/",
    network: "default",
    mounts: [...packageCaches(build, stage), { type: "bind", dest: outputPath, state: undefined, output: true }],
  });
  const ref = await solveState(build, mounts.get(outputPath));
  const bytes = await ref?.readFile("/packages", indexLimitBytes);
  const digests = readIndex(new TextDecoder().decode(bytes), found.versions);
  return { ...found, digests: { ...digests, ...found.digests } };
}

/** The digests of an index of apt for packages with these versions, by their names in a lock. */
export function readIndex(text: string, versions: LockedPackages["versions"]): LockedPackages["digests"] {
  const digests: Record<string, string> = {};
  for (const paragraph of text.split(/^(?=Package: )/mu)) {
    const field = (name: string): string => new RegExp(`^${name}: (.+)$`, "mu").exec(paragraph)?.[1]?.trim() ?? "";
    const [plain, digest] = [`dpkg:${field("Package")}`, field("SHA256")];
    // The first one of several has the plain name: no index says which.
    const isAlone = Object.keys(versions).every((id) => !id.startsWith(`${plain}:`));
    const id = isAlone ? plain : `${plain}:${field("Architecture")}`;
    if (digest !== "" && versions[id] === field("Version")) digests[id] ??= `sha256:${digest}`;
  }
  return digests;
}
