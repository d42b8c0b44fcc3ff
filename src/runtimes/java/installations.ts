import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { isJarName } from "./class-path.ts";

/** Where a program is installed whose start finds its own jars and settings there. */
interface Installation {
  readonly path: AbsPath;
  /** How it is known: `-Dcatalina.home`. */
  readonly named: string;
}

/**
 * Properties by which servers and tools are told where they are installed: `catalina.home`, `jetty.base`,
 * `jboss.home.dir`.
 */
const homeProperty = /\.(?:home|base)(?:\.dir)?$/u;
/** Those of the JVM itself name other things. */
const ownProperties: ReadonlySet<string> = new Set(["java.home", "user.home"]);

/** Directories that hold more than one program. */
const shared =
  /^\/(?:(?:bin|boot|dev|etc|home|lib\d*|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?|home\/[^/]+|usr\/(?:local|lib|share|share\/java)|var\/(?:cache|lib|log|tmp))$/u;

/**
 * Main classes that find their installation from where their jar lies, with how many directories it is above the jar.
 */
const launchers: ReadonlyMap<string, number> = new Map([
  ["org.apache.tools.ant.launch.Launcher", 2],
  ["org.eclipse.jetty.start.Main", 1],
]);

/** The installations that a command speaks of. */
export function installationsOf(
  properties: ReadonlyMap<string, string>,
  { workdir }: ProcessContext,
): readonly Installation[] {
  return [...properties].flatMap(([name, value]) => {
    if (!homeProperty.test(name) || ownProperties.has(name) || value === "") return [];
    const path = toAbsPath(value, workdir);
    return shared.test(path) ? [] : [{ path, named: `-D${name}` }];
  });
}

/** The installation that a jar is the start of, around its real path as the JVM tells it; undefined for most jars. */
export async function installationOfJar(
  jar: AbsPath,
  mainClass: string | undefined,
  { root }: ProcessContext,
): Promise<Installation | undefined> {
  const levels = launchers.get(mainClass ?? "");
  const resolved = levels === undefined ? undefined : await resolveLinks(root, jar);
  if (levels === undefined || resolved === undefined || resolved === "loop") return undefined;
  let path = resolved.real;
  for (let level = 0; level < levels; level++) path = parentOf(path);
  return shared.test(path) ? undefined : { path, named: "the place of its jar" };
}

/** Everything of an installation: jars are opened, and directories that links lead to belong to it. */
export async function* installationNeeds(
  { path, named }: Installation,
  { root }: ProcessContext,
): AsyncIterable<Yield> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "directory") return;
  const why = `is installed there by ${named}`;
  const layer = path.startsWith("/usr/share/") ? ({ layer: "dependencies" } as const) : {};
  yield { need: { path, role: "tree", evidence: "declared", why, ...layer } };
  for await (const { path: real, stat } of walk(root, resolved.real)) {
    const inside = toAbsPath(`${path}${real.slice(resolved.real.length)}`);
    if (isJarName(inside) && (stat.kind === "symlink" || stat.kind === "file")) {
      yield { need: { path: inside, role: "module", evidence: "declared", why, optional: true, ...layer } };
    } else if (stat.kind === "symlink") {
      const target = await resolveLinks(root, real);
      if (target === undefined || target === "loop" || target.stat.kind !== "directory") continue;
      if (!shared.test(target.real))
        yield { need: { path: inside, role: "tree", evidence: "declared", why, ...layer } };
    }
  }
}
