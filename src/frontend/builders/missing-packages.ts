import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import type { State } from "../../formats/llb/state.ts";
import { compareBytes } from "../../rootfs/rootfs.ts";
import { suggest } from "../../spec/suggest.ts";
import type { PlatformBuild } from "../build-context.ts";
import { EngineError } from "../engine.ts";
import { solveState } from "../solve.ts";
import { packageCaches } from "./install-packages.ts";
import { bareStage, openStages } from "./stages.ts";
import { execIn, type Stage } from "./steps.ts";

/** Names of all packages that the builder's own package manager can install, one for each line. */
const listScript = `exec >/pith-names/names
has() { command -v "$1" >/dev/null 2>&1; }
if has apt-get; then apt-get update -qq >/dev/null; exec apt-cache pkgnames; fi
if has apk; then exec apk search --quiet --no-progress --update-cache --cache-dir /var/cache/apk; fi
if has dnf; then exec dnf -q repoquery --queryformat '%{name}\\n'; fi
if has microdnf; then exec microdnf repoquery; fi
exec yum -q list available
`;

const outputPath = "/pith-names";
const namesLimitBytes = 16 * 1024 * 1024;

/**
 * Throws PACKAGE_MISSING, with the nearest name, where a step that installs packages has failed for a name that no
 * package has. Every other failure stays as it is.
 */
export async function explainPackages<T>(build: PlatformBuild, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    const found = failure instanceof EngineError ? await findMissing(build, failure) : [];
    throw found.length === 0 ? failure : new BuildError(found, { cause: failure });
  }
}

async function findMissing(build: PlatformBuild, { exitCode, location }: EngineError): Promise<readonly Diagnostic[]> {
  if (exitCode === undefined || location === undefined) return [];
  const builders = Object.entries(build.spec.builders).filter(([name, { packages }]) => {
    const span = build.spanOf(`/builders/${name}/packages`);
    return packages.length > 0 && span.file === location.file && span.start.line === location.line;
  });
  for (const [name, { packages }] of builders) {
    const known = await listNames(build, name);
    if (known.size === 0) continue;
    const found = packages.flatMap((written, index): readonly Diagnostic[] => {
      const bare = /^[\w.+-]+/u.exec(written)?.[0] ?? written;
      if (known.has(bare)) return [];
      const pointer = `/builders/${name}/packages/${String(index)}`;
      const near = suggest(bare, likeliest(bare, known));
      return [
        {
          severity: "error",
          code: "PACKAGE_MISSING",
          message: `cannot install ${quote(bare)}: no package of this name is in the repositories of the builder`,
          hint:
            near === undefined ? "correct the name, or add the repository that has it" : `did you mean ${quote(near)}?`,
          pointer,
          span: build.spanOf(pointer),
        },
      ];
    });
    if (found.length > 0) return found;
  }
  return [];
}

/** Names of about this length. Of names that are equally near, the beginning of what is written comes first. */
function likeliest(written: string, names: ReadonlySet<string>): readonly string[] {
  const rank = (name: string): number => (written.startsWith(name) ? 0 : name.startsWith(written) ? 1 : 2);
  return [...names]
    .filter((name) => Math.abs(name.length - written.length) <= written.length / 3 + 1)
    .toSorted((left, right) => rank(left) - rank(right) || compareBytes(left, right));
}

/** The names that a builder can install; empty where it cannot tell. */
async function listNames(build: PlatformBuild, name: string): Promise<ReadonlySet<string>> {
  const stages = openStages(build, () => undefined);
  const { stage } = await bareStage(build, name, stages);
  try {
    const ref = await solveState(build, listStep(build, stage));
    const bytes = await ref?.readFile("/names", namesLimitBytes);
    const lines = new TextDecoder().decode(bytes).split("\n");
    return new Set(lines.map((line) => line.trim().replace(/\s.*$/u, "")).filter((line) => line !== ""));
  } catch (failure) {
    // The first failure says more than that of the question why.
    if (failure instanceof EngineError) return new Set();
    throw failure;
  }
}

function listStep(build: PlatformBuild, stage: Stage): State {
  const { mounts } = execIn(build, stage, `/builders/${stage.name}/packages`, {
    name: "list the names of packages",
    args: ["/bin/sh", "-c", listScript],
    env: {},
    user: "root",
    workdir: "/",
    network: "default",
    mounts: [...packageCaches(build, stage), { type: "bind", dest: outputPath, state: undefined, output: true }],
  });
  return mounts.get(outputPath);
}
