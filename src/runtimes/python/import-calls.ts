import type { Yield } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { boundOf, reachPrefix } from "./computed-imports.ts";
import { areaOf, type Installation } from "./installation.ts";
import { absoluteName, packagesAround } from "./literals.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import type { Reach } from "./reach.ts";
import type { LiteralCall } from "./source-scan.ts";

/** What `import_module` and its like are given: a name, or the beginning of one. */
export async function reachImport(
  { callee, text, complete }: Pick<LiteralCall, "callee" | "text" | "complete">,
  source: { readonly path: AbsPath; readonly identity: ModuleIdentity },
  context: { readonly installation: Installation; readonly reach: Reach; readonly out: Yield[] },
): Promise<void> {
  const { installation, reach, out } = context;
  const own = source.identity.package;
  // The second argument may be a package around the source's own.
  const [module = ""] = text.split(":");
  const names = module.startsWith(".") ? packagesAround(own).map((one) => absoluteName(module, one)) : [module];
  for (const name of complete ? names : []) {
    if (name !== names[0] && (await reach.finder.find(name)) === undefined) continue;
    const asking = isOther(name, source.identity) ? reach.later : reach;
    await asking.name(name, { evidence: "proved", why: `imports ${name}` }, out);
    // Of a package, `python -m` and its like run that part.
    const main = callee === "run_module" ? `${name}.__main__` : undefined;
    if (main !== undefined && (await reach.finder.find(main)) !== undefined)
      await asking.name(main, { evidence: "proved", why: `runs ${name}` }, out);
  }
  if (complete) return;
  const what = `${callee}("${text}" and more)`;
  // `__import__("region_%s" % code, ..., level=1)`.
  const beside = /^\w{3,}$/u.test(text) && own !== "" ? [`${own}.${text}`] : [];
  for (const name of [...names, ...beside]) if (await reachPrefix(name, what, context)) return;
  if (areaOf(installation, source.path) === "stdlib") return;
  const unknown = { kind: "computed-name", what, bound: await boundOf(source, context) } as const;
  reach.computes(source.path);
  out.push({ unknown });
}

/** True for a module of another package than the source's. */
export function isOther(module: string, identity: ModuleIdentity): boolean {
  return module.split(".")[0] !== identity.name.split(".")[0];
}
