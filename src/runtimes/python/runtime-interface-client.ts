import type { Finding, FunctionCall, RuntimeInterfaceClient } from "../../closure/model/closure.ts";
import type { Installation } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";

/** The module of each platform's client, which `-m` starts; it comes in the distribution of the same name. */
const clients: Readonly<Record<string, string>> = { "aws-lambda": "awslambdaric" };

/**
 * How Python starts a platform's client, and where the function's module lies. `open` finds the installation for
 * arguments.
 */
export async function callPythonFunction(
  call: FunctionCall,
  open: (args: readonly string[]) => Promise<Installation | undefined>,
): Promise<RuntimeInterfaceClient | undefined> {
  const name = clients[call.platform];
  if (name === undefined) return undefined;
  const args = ["-m", name];
  const installation = await open([...args, call.handler]);
  // That it has no standard library is said where it starts.
  if (installation === undefined) return { args, entries: [], findings: [] };
  const runtimeInterfaceClient = await checkRuntimeInterfaceClient(name, installation);
  const handler = await findHandler(call.handler, installation);
  return {
    args: runtimeInterfaceClient.length === 0 ? args : [],
    entries: "module" in handler && handler.module.file !== undefined ? [handler.module.file] : [],
    findings: [...runtimeInterfaceClient, ...("finding" in handler ? [handler.finding] : [])],
  };
}

async function checkRuntimeInterfaceClient(name: string, { finder, proc }: Installation): Promise<readonly Finding[]> {
  if ((await finder.find(`${name}.__main__`)) !== undefined) return [];
  return [
    {
      severity: "error",
      code: "CLIENT_MISSING",
      message: `cannot start ${name}, the platform's client for Python: ${proc.program} finds no such module`,
      hint: `add a line ${name} to requirements.txt, or the path of its wheel`,
    },
  ];
}

/** `dir/module.function` or `package.module.function`: the function is what follows the last dot. */
async function findHandler(
  handler: string,
  { finder, files, searchPath }: Installation,
): Promise<{ readonly module: FoundModule } | { readonly finding: Finding }> {
  const missing = (why: string, hint: string): { readonly finding: Finding } => ({
    finding: { severity: "error", code: "HANDLER_MISSING", message: `cannot call ${handler}: ${why}`, hint },
  });
  const dot = handler.lastIndexOf(".");
  const name = handler.slice(0, Math.max(dot, 0)).replaceAll("/", ".");
  const attribute = handler.slice(dot + 1);
  if (!/^[^\s.]+(?:\.[^\s.]+)*$/u.test(name) || attribute === "") {
    return missing("it does not name a module and a function of it", "write it as FILE.FUNCTION, such as app.handler");
  }
  const module = await finder.find(name);
  if (module === undefined) {
    const hint =
      "correct handler, or check that the app's include and exclude patterns, and .dockerignore, leave the file in";
    return missing(`there is no module ${name} on sys.path (${searchPath.directories.join(":")})`, hint);
  }
  const text = module.kind === "source" && module.file !== undefined ? await files.readText(module.file) : undefined;
  if (module.file !== undefined && text !== undefined && !mayDefine(text, attribute)) {
    return missing(`${module.file} has no ${attribute}`, "name a function of the module");
  }
  return { module };
}

/** False only where the name stands nowhere in the source and nothing in it makes names that are not written. */
function mayDefine(text: string, name: string): boolean {
  const isWritten = text.split(/[^\p{L}\p{N}_]+/u).includes(name);
  return isWritten || /\bimport\s*\(?\s*\*|\b(?:globals|locals|vars|setattr|exec|__getattr__|__dict__)\b/u.test(text);
}
