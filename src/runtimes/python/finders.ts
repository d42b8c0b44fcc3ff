import type { Yield } from "../../closure/model/closure.ts";
import { areaOf, type Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import type { Reach } from "./reach.ts";
import { readFacts } from "./source-facts.ts";
import type { SourceScan } from "./source-scan.ts";

interface FinderContext {
  readonly installation: Installation;
  readonly reach: Reach;
  readonly out: Yield[];
}

/** A source that finds modules under other names may answer with any module of the packages that it names. */
export async function reachFinder(
  { scan, identity }: { readonly scan: SourceScan; readonly identity: ModuleIdentity },
  context: FinderContext,
): Promise<void> {
  if (!scan.installsFinder) return;
  const { installation, out } = context;
  for (const name of scan.names) {
    // A word may be the name at the top of what lies in its own package.
    const inner = /^\w+$/u.test(name) && identity.package !== "" ? `${identity.package}.${name}` : "";
    if (inner !== "") await reachModules(inner, { name, context });
  }
  const called = scan.calls.flatMap(({ text, complete }) => (complete ? [text] : []));
  for (const name of new Set([...scan.names, ...called])) {
    if (!/^\w+(?:\.\w+)+$/u.test(name)) continue;
    const found = await installation.finder.find(name);
    const [directory] = found?.directories ?? [];
    if (directory === undefined || areaOf(installation, directory) === "stdlib") continue;
    const bound = { kind: "directory", path: directory } as const;
    out.push({ unknown: { kind: "computed-name", what: `"${name}" in a finder of modules`, bound } });
  }
}

/** All modules of a package, which are asked for by another name. */
async function reachModules(
  package_: string,
  { name, context }: { readonly name: string; readonly context: FinderContext },
): Promise<void> {
  const { finder } = context.installation;
  const found = await finder.find(package_);
  if (found === undefined || found.directories.length === 0) return;
  for (const inner of await finder.submodules(found)) {
    if (/\.(?:tests?|conftest)$/u.test(inner)) continue;
    await context.reach.name(inner, { evidence: "string", why: `may answer with it for ${name}` }, context.out);
    await reachModules(inner, { name, context });
  }
}

/**
 * `six.moves.urllib.parse`, of which only `six` lies anywhere: where the source of what was found answers for other
 * names and names the end, that is meant.
 */
export async function reachAlias(name: string, found: FoundModule, context: FinderContext): Promise<void> {
  const { installation, reach, out } = context;
  if (found.file === undefined || found.kind !== "source" || found.name === name) return;
  const scan = (await readFacts(found.file, installation))?.scan;
  if (scan?.installsFinder !== true) return;
  const named = new Set(scan.names);
  const parts = name.slice(found.name.length + 1).split(".");
  for (let from = 0; from < parts.length; from++) {
    const end = parts.slice(from).join(".");
    if (!named.has(end) || (await installation.finder.find(end)) === undefined) continue;
    await reach.name(end, { evidence: "proved", why: `imports ${name}` }, out);
    return;
  }
}
