import type { ProcessContext, Runtime, RuntimePlugin, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { readLuaCommand } from "./arguments.ts";
import { searchPathsOf } from "./search-path.ts";
import { readRequires } from "./source.ts";

/** Lua 5.1 to 5.4 and LuaJIT. */
export const lua: RuntimePlugin = {
  name: "lua",
  systemDirectories: /^\/usr\/(?:local\/)?(?:share|lib(?:\/[^/]+)?)\/lua\//u,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && [path, realPath].some((name) => /^lua(?:jit)?(?:-?[\d.]+\w*)?$/u.test(baseName(name))),
  start: startLua,
};

async function startLua(proc: ProcessContext): Promise<Runtime> {
  const command = readLuaCommand(proc.args);
  const paths = await searchPathsOf(proc);

  async function* start(): AsyncIterable<Yield> {
    const init = proc.env["LUA_INIT"] ?? "";
    if (init.startsWith("@")) yield moduleNeed(pathOf(init.slice(1)), "runs the file of LUA_INIT first");
    else yield* requireNeeds(init);
    for (const name of command.modules) yield* nameNeeds(name, "loads the module of its options", true);
    for (const code of command.codes) yield* requireNeeds(code);
    if (command.script !== undefined) yield moduleNeed(pathOf(command.script), "runs the script of its arguments");
    for (const path of proc.entries) yield moduleNeed(path, "is an entry of the application");
  }

  async function* needs(path: AbsPath): AsyncIterable<Yield> {
    const resolved = await resolveLinks(proc.root, path);
    const bytes = resolved === undefined || resolved === "loop" ? undefined : await proc.root.readFile(resolved.real);
    const isSource = path.endsWith(".lua") || bytes?.[0] === 0x23 || path === scriptPath;
    // Compiled chunks start with an escape: their names are not text.
    if (bytes === undefined || !isSource || bytes[0] === 0x1b) return;
    yield* requireNeeds(new TextDecoder("latin1").decode(bytes), isInstalled(path));
  }

  /**
   * Installed modules require what is optional to them where they use it, so that only sources of the application miss
   * a module.
   */
  async function* requireNeeds(text: string, isOptional = false): AsyncIterable<Yield> {
    for (const { name, isSure, line } of readRequires(text)) {
      yield* nameNeeds(name, `requires ${name} (line ${line})`, isSure && !isOptional);
    }
  }

  /** The file that `require` loads: sources first, then libraries, then the library of a name's first part. */
  async function* nameNeeds(name: string, why: string, isSure: boolean): AsyncIterable<Yield> {
    if (builtIn.has(name)) return;
    const file = name.replaceAll(".", "/");
    const source = await firstOf(paths.sources, file);
    if (source !== undefined) {
      yield moduleNeed(source, why);
      return;
    }
    const object = (await firstOf(paths.objects, file)) ?? (await firstOf(paths.objects, name.split(".")[0] ?? name));
    if (object !== undefined) {
      yield { need: { path: object, role: "object", evidence: "proved", why } };
    } else if (isSure) {
      yield {
        finding: {
          severity: "warning",
          code: "MODULE_MISSING",
          message: `cannot find module ${name}: ${proc.program} ${why}, no file of package.path or package.cpath`,
          hint: "install it in the builder, or set LUA_PATH and LUA_CPATH",
        },
      };
    }
  }

  async function firstOf(templates: readonly string[], name: string): Promise<AbsPath | undefined> {
    for (const template of templates) {
      const path = pathOf(template.replaceAll("?", name));
      const resolved = await resolveLinks(proc.root, path);
      if (resolved !== undefined && resolved !== "loop" && resolved.stat.kind === "file") return path;
    }
    return undefined;
  }

  function pathOf(text: string): AbsPath {
    return toAbsPath(text, proc.workdir);
  }

  const scriptPath = command.script === undefined ? undefined : pathOf(command.script);
  return { start, needs, settle: nothing };
}

function isInstalled(path: AbsPath): boolean {
  return /^\/usr\/(?:local\/)?(?:share|lib)\//u.test(path);
}

function moduleNeed(path: AbsPath, why: string): Yield {
  const layer = isInstalled(path) ? ({ layer: "dependencies" } as const) : {};
  return { need: { path, role: "module", evidence: "proved", why, ...layer } };
}

/** Libraries inside the interpreters, those of LuaJIT too. */
const builtIn: ReadonlySet<string> = new Set([
  "_G",
  "bit",
  "bit32",
  "coroutine",
  "debug",
  "ffi",
  "io",
  "jit",
  "jit.opt",
  "jit.profile",
  "jit.util",
  "math",
  "os",
  "package",
  "string",
  "string.buffer",
  "table",
  "table.clear",
  "table.new",
  "utf8",
]);

async function* nothing(): AsyncIterable<Yield> {}
