import type { Finding, FunctionCall, ProcessContext, RuntimeInterfaceClient } from "../../closure/model/closure.ts";
import { type ModuleTree, moduleTree } from "../../languages/javascript/module-tree.ts";
import { type ModuleResolver, moduleResolver } from "../../languages/javascript/resolver.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { searchPathsOf } from "./launch.ts";

/** The package of each platform's client, which its `bin` starts and whose compiled part speaks to the platform. */
const clients: Readonly<Record<string, string>> = { "aws-lambda": "aws-lambda-ric" };

/** How node starts a platform's client, and where the function's module lies. */
export async function callNodeFunction(
  proc: ProcessContext,
  call: FunctionCall,
): Promise<RuntimeInterfaceClient | undefined> {
  const name = clients[call.platform];
  if (name === undefined) return undefined;
  const tree = moduleTree(proc.root);
  const resolver = moduleResolver(tree, { conditions: [], searchPaths: searchPathsOf(proc) });
  const runtimeInterfaceClient = await findRuntimeInterfaceClient(name, proc, { tree, resolver });
  const handler = await findHandler(call.handler, proc, { tree, resolver });
  return {
    args: "program" in runtimeInterfaceClient ? [runtimeInterfaceClient.program] : [],
    entries: "file" in handler ? [handler.file] : [],
    findings: [runtimeInterfaceClient, handler].flatMap((one) => ("finding" in one ? [one.finding] : [])),
  };
}

interface Modules {
  readonly tree: ModuleTree;
  readonly resolver: ModuleResolver;
}

async function findRuntimeInterfaceClient(
  name: string,
  proc: ProcessContext,
  { tree, resolver }: Modules,
): Promise<{ readonly program: AbsPath } | { readonly finding: Finding }> {
  const home = proc.appRoot ?? proc.workdir;
  const missing = (why: string, hint: string): { readonly finding: Finding } => ({
    finding: {
      severity: "error",
      code: "CLIENT_MISSING",
      message: `cannot start ${name}, the platform's client for node: ${why}`,
      hint,
    },
  });
  const directory = await resolver.packageDirectory(name, home);
  const json = directory && (await tree.packageIn(directory));
  const [bin] = json?.bin ?? [];
  if (directory === undefined || bin === undefined) {
    const hint = `add "${name}" to the dependencies of package.json and of its lock file: npm install --package-lock-only ${name}`;
    return missing(`it is not installed in ${home}`, hint);
  }
  if (!(await hasAddon(directory, proc))) {
    const hint =
      "let its install scripts run, and add what they need to the builder: packages: [cmake, g++, make, python3, xz-utils]";
    return missing(`${directory} holds no addon that was compiled`, hint);
  }
  return { program: toAbsPath(`${directory}/${bin}`) };
}

async function hasAddon(directory: AbsPath, { root }: ProcessContext): Promise<boolean> {
  const enters = (path: AbsPath): boolean => !path.endsWith("/node_modules");
  for await (const { path, stat } of walk(root, directory, enters)) {
    if (stat.kind === "file" && path.endsWith(".node")) return true;
  }
  return false;
}

/**
 * `dir/file.function`: the name of the file ends at the first dot. The client looks below the working directory, then
 * for a package of that name.
 */
async function findHandler(
  handler: string,
  proc: ProcessContext,
  { tree, resolver }: Modules,
): Promise<{ readonly file: AbsPath } | { readonly finding: Finding }> {
  const missing = (why: string, hint: string): { readonly finding: Finding } => ({
    finding: { severity: "error", code: "HANDLER_MISSING", message: `cannot call ${handler}: ${why}`, hint },
  });
  const [, location = "", name] = /^(.*\/)?([^./]+)\.[^/]+$/u.exec(handler) ?? [];
  if (name === undefined || handler.includes("..")) {
    return missing("it does not name a file and a function of it", "write it as FILE.FUNCTION, such as index.handler");
  }
  const stem = toAbsPath(`${location}${name}`, proc.workdir);
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    const file = toAbsPath(`${stem}${extension}`);
    if ((await tree.kindOf(file)) === "file") return { file };
  }
  const found = await resolver.resolve(name, proc.workdir, "require");
  const [module] = found === "builtin" ? [] : found;
  if (module !== undefined) return { file: module };
  return missing(
    `there is no ${stem}.js, .mjs or .cjs`,
    "correct handler, or check that the app's include and exclude patterns, and .dockerignore, leave the file in",
  );
}
