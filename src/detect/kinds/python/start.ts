import { type Evidence, evidenceAt } from "../../candidate.ts";
import { procfileWeb, readCommand } from "../../command-words.ts";
import type { Project } from "../../project.ts";
import { isListed, type PythonPackages } from "./packages.ts";

/** What a Python application is, and how it is started. */
export interface PythonStart {
  readonly name: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** The arguments of `python3`. */
  readonly cmd: readonly string[];
  readonly cmdBecause: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** A start that cannot be known. */
export interface PythonObstacle extends Pick<PythonStart, "name" | "confidence" | "evidence"> {
  readonly reason: string;
  readonly hint: string;
}

const maxSources = 400;

/** Finds what is started: Procfile, a framework's object, manage.py, a script, a console script. */
export async function findStart(
  project: Project,
  packages: PythonPackages,
): Promise<PythonStart | PythonObstacle | undefined> {
  // Without a list of packages, directories below are projects of their own, or the sources of something else.
  const depth = isListed(project) ? 4 : 1;
  const sources = project.files
    .filter((path) => path.endsWith(".py") && !isTest.test(path) && path.split("/").length <= depth)
    .toSorted((left, right) => rank(left) - rank(right) || left.length - right.length)
    .slice(0, maxSources);
  return (
    (await fromProcfile(project, packages)) ??
    (await fromDjango(project, packages)) ??
    (await fromObject(project, packages, sources)) ??
    (await fromCall(project, packages, sources)) ??
    (await fromScript(project, packages, sources))
  );
}

const isTest =
  /(?:^|\/)(?:tests?|docs|examples|migrations|scripts)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile|tasks|fabfile)\.py$/u;
const usualNames = ["main", "app", "wsgi", "asgi", "server", "application", "api", "run", "__main__", "__init__"];

/** The likeliest sources first. */
function rank(path: string): number {
  const at = usualNames.indexOf(path.slice(path.lastIndexOf("/") + 1, -3));
  return (path.split("/").length - 1) * 100 + (at === -1 ? 50 : at);
}

/** The module that a source is, where the application's directory, or `src`, is searched. */
function moduleOf(path: string): string {
  return path
    .replace(/^src\//u, "")
    .replace(/\.py$/u, "")
    .replace(/\/__init__$/u, "")
    .replaceAll("/", ".");
}

function searchPath(path: string): Pick<PythonStart, "env"> {
  return path.startsWith("src/") ? { env: { PYTHONPATH: "/app/src" } } : {};
}

async function fromProcfile(
  project: Project,
  packages: PythonPackages,
): Promise<PythonStart | PythonObstacle | undefined> {
  const text = await project.text("Procfile");
  const web = procfileWeb(text);
  if (web === undefined) return undefined;
  const command = readCommand(web, "8000");
  const evidence = [evidenceAt("Procfile", `web: ${web}`, { text, shows: "web:" })];
  const [program = "", ...args] = command?.words ?? [];
  const isPython = /^python[\d.]*$/u.test(program);
  const isModule = packages.names.has(program) || program === "uvicorn" || program === "flask";
  if (command === undefined || !(isPython || isModule)) return undefined;
  // Gunicorn listens on the loopback address where PORT is not set.
  const isBound = program !== "gunicorn" || args.some((word) => /^(?:-b|--bind)/u.test(word));
  const cmd = isPython ? args : ["-m", program, ...(isBound ? [] : ["--bind", "0.0.0.0:8000"]), ...args];
  return {
    name: "Python application",
    confidence: 85,
    evidence,
    cmd,
    cmdBecause: "the process web of the Procfile",
    env: command.env,
    port: 8000,
  };
}

async function fromDjango(project: Project, { names }: PythonPackages): Promise<PythonStart | undefined> {
  const text = await project.text("manage.py");
  const settings = /DJANGO_SETTINGS_MODULE["']\s*,\s*["'](?<module>[\w.]+)["']/u.exec(text)?.groups?.["module"];
  if (settings === undefined) return undefined;
  const evidence = [evidenceAt("manage.py", `the settings are ${settings}`, { text, shows: "DJANGO_SETTINGS_MODULE" })];
  const folder = settings.split(".")[0] ?? "";
  const has = (file: string): boolean => project.has(`${folder}/${file}.py`);
  const common = { name: "Django", confidence: 85, evidence, port: 8000 };
  if (names.has("gunicorn") && has("wsgi")) {
    const cmd = ["-m", "gunicorn", "--bind", "0.0.0.0:8000", `${folder}.wsgi:application`];
    return { ...common, cmd, cmdBecause: "gunicorn is among the packages" };
  }
  if (names.has("uvicorn") && has("asgi")) {
    const cmd = ["-m", "uvicorn", "--host", "0.0.0.0", "--port", "8000", `${folder}.asgi:application`];
    return { ...common, cmd, cmdBecause: "uvicorn is among the packages" };
  }
  if (names.has("daphne") && has("asgi")) {
    const cmd = ["-m", "daphne", "-b", "0.0.0.0", "-p", "8000", `${folder}.asgi:application`];
    return { ...common, cmd, cmdBecause: "daphne is among the packages" };
  }
  const cmd = ["manage.py", "runserver", "--noreload", "0.0.0.0:8000"];
  return { ...common, cmd, cmdBecause: "the server of development: add gunicorn to the packages for another" };
}

interface ObjectKind {
  readonly name: string;
  readonly made: string;
  readonly isAsync: boolean;
}

const objectKinds: readonly ObjectKind[] = [
  { name: "FastAPI", made: "FastAPI", isAsync: true },
  { name: "Starlette", made: "Starlette", isAsync: true },
  { name: "Litestar", made: "Litestar", isAsync: true },
  { name: "Quart", made: "Quart", isAsync: true },
  { name: "Sanic", made: "Sanic", isAsync: true },
  { name: "Flask", made: "Flask", isAsync: false },
  { name: "Dash", made: "(?:dash\\.)?Dash", isAsync: false },
  { name: "Bottle", made: "(?:bottle\\.)?Bottle", isAsync: false },
  { name: "Falcon", made: "falcon\\.(?:asgi\\.)?(?:App|API)", isAsync: false },
];

/** The object of a web framework at the top of a module, as `app = Flask(__name__)`. */
async function fromObject(
  project: Project,
  packages: PythonPackages,
  sources: readonly string[],
): Promise<PythonStart | PythonObstacle | undefined> {
  for (const path of sources) {
    const text = await project.text(path);
    for (const kind of objectKinds) {
      const variable = new RegExp(
        `^(?<name>\\w+)\\s*(?::\\s*[\\w.]+\\s*)?=\\s*(?:\\w+\\s*=\\s*)?(?:\\w+\\.)?${kind.made}\\(`,
        "mu",
      ).exec(text);
      const factory = kind.isAsync ? undefined : new RegExp(`^def (?<name>create_app|make_app)\\(`, "mu").exec(text);
      const made =
        factory !== undefined && new RegExp(`=\\s*(?:\\w+\\.)?${kind.made}\\(`, "u").test(text) ? factory : undefined;
      const found = variable ?? made;
      if (found === null || found === undefined) continue;
      const [written = ""] = found;
      const evidence = [evidenceAt(path, written.trim(), { text, shows: written })];
      const called = found === made ? `${found.groups?.["name"] ?? ""}()` : (found.groups?.["name"] ?? "");
      const server = kind.name === "Dash" ? `${called}.server` : called;
      return { ...serve(packages, kind, { path, text, object: server, evidence }), ...searchPath(path) };
    }
  }
  return undefined;
}

interface FoundObject {
  readonly path: string;
  readonly text: string;
  readonly object: string;
  readonly evidence: readonly Evidence[];
}

function serve(
  { names }: PythonPackages,
  { name, isAsync }: ObjectKind,
  { path, text, object, evidence }: FoundObject,
): PythonStart | PythonObstacle {
  const target = `${moduleOf(path)}:${object}`;
  const common = { name, confidence: 80, evidence };
  const because = (server: string): string => `${server} is among the packages; ${path} has the application`;
  const hasUvicorn = names.has("uvicorn") || names.has("fastapi-cli") || names.has("fastapi");
  if (isAsync) {
    if (names.has("hypercorn")) {
      const cmd = ["-m", "hypercorn", "--bind", "0.0.0.0:8000", target];
      return { ...common, cmd, cmdBecause: because("hypercorn"), port: 8000 };
    }
    if (name === "Sanic") {
      const cmd = ["-m", "sanic", target.replace(":", "."), "--host=0.0.0.0", "--port=8000", "--single-process"];
      return { ...common, cmd, cmdBecause: "Sanic has a server", port: 8000 };
    }
    if (hasUvicorn) {
      const cmd = ["-m", "uvicorn", "--host", "0.0.0.0", "--port", "8000", target];
      return { ...common, cmd, cmdBecause: because("uvicorn"), port: 8000 };
    }
    return {
      ...common,
      reason: "no server such as uvicorn is among the packages",
      hint: "add uvicorn to the packages",
    };
  }
  if (names.has("gunicorn")) {
    const cmd = ["-m", "gunicorn", "--bind", "0.0.0.0:8000", target];
    return { ...common, cmd, cmdBecause: because("gunicorn"), port: 8000 };
  }
  if (names.has("waitress")) {
    const words = object.endsWith("()") ? ["--call", target.slice(0, -2)] : [target];
    return {
      ...common,
      cmd: ["-m", "waitress", "--listen=*:8000", ...words],
      cmdBecause: because("waitress"),
      port: 8000,
    };
  }
  if (name === "Flask") {
    const cmd = ["-m", "flask", "--app", target, "run", "--host", "0.0.0.0", "--port", "5000"];
    return {
      ...common,
      cmd,
      cmdBecause: "the server of development: add gunicorn to the packages for another",
      port: 5000,
    };
  }
  if (hasGuard(text)) return { ...common, cmd: [path], cmdBecause: `${path} starts its own server` };
  return {
    ...common,
    reason: "no server such as gunicorn is among the packages",
    hint: "add gunicorn to the packages",
  };
}

/** Frameworks that are started by their own program, or that serve from a script. */
async function fromCall(
  project: Project,
  { names }: PythonPackages,
  sources: readonly string[],
): Promise<PythonStart | undefined> {
  if (!names.has("streamlit")) return undefined;
  for (const path of sources) {
    const text = await project.text(path);
    const imported = /^(?:import|from) streamlit\b/mu.exec(text)?.[0];
    if (imported === undefined) continue;
    const options = ["--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"];
    return {
      name: "Streamlit",
      confidence: 80,
      evidence: [evidenceAt(path, imported, { text, shows: imported })],
      cmd: ["-m", "streamlit", "run", ...options, path],
      cmdBecause: "Streamlit runs the script",
      port: 8501,
    };
  }
  return undefined;
}

async function fromScript(
  project: Project,
  packages: PythonPackages,
  sources: readonly string[],
): Promise<PythonStart | PythonObstacle | undefined> {
  const common = { name: "Python application", confidence: packages.evidence === undefined ? 50 : 60 };
  const script = async (path: string, fact: string): Promise<PythonStart> => ({
    ...common,
    evidence: [{ file: path, fact }],
    ...findPort(await project.text(path)),
    cmd: path.endsWith("/__main__.py") ? ["-m", moduleOf(path).replace(/\.__main__$/u, "")] : [path],
    cmdBecause: `${path}: ${fact}`,
    ...searchPath(path),
  });
  const named = sources.find((path) => /^(?:__main__|main|app|server|run|bot|manage)\.py$/u.test(path));
  if (named !== undefined) return script(named, "a script of this name is the start");
  for (const [name, call] of packages.scripts) {
    const [module = "", callable] = call.split(":");
    const file = ["", "src/"].flatMap((root) => [
      `${root}${module.replaceAll(".", "/")}.py`,
      `${root}${module.replaceAll(".", "/")}/__init__.py`,
    ]);
    const path = file.find((one) => project.has(one));
    if (path === undefined || callable === undefined || !/^[\w.]+$/u.test(callable) || !/^[\w.]+$/u.test(module))
      continue;
    const fact = `the console script ${name} is ${call}`;
    const cmd = ["-c", `import sys; from ${module} import ${callable}; sys.exit(${callable}())`];
    return { ...common, evidence: [{ file: "pyproject.toml", fact }], cmd, cmdBecause: fact, ...searchPath(path) };
  }
  const guarded: string[] = [];
  for (const path of sources) if (hasGuard(await project.text(path))) guarded.push(path);
  const [only, ...others] = guarded;
  if (only !== undefined && others.length === 0) return script(only, 'it has if __name__ == "__main__"');
  const package_ = sources.find((path) => path.endsWith("/__main__.py"));
  if (package_ !== undefined) return script(package_, "a package that can be started");
  const inRoot = sources.filter((path) => !path.includes("/"));
  const [first, ...more] = inRoot;
  if (first !== undefined && more.length === 0) return script(first, "the only source");
  if (sources.length === 0) return undefined;
  return {
    ...common,
    evidence: [{ file: sources[0] ?? "", fact: "a source of Python" }],
    reason: `no main.py or app.py, no object of a web framework, and ${String(guarded.length)} sources with __main__`,
    hint: "name the start main.py, or write cmd in a spec",
  };
}

function hasGuard(text: string): boolean {
  return /^if\s+__name__\s*==\s*["']__main__["']/mu.test(text);
}

/** The port that a script names; nothing where its text does not say. */
function findPort(text: string): Pick<PythonStart, "port"> {
  const named =
    /\b(?:port|PORT)\s*=\s*(?<port>\d{2,5})\b|\blisten\((?<listened>\d{2,5})\b|\(\s*["'][\d.]*["'],\s*(?<bound>\d{2,5})\)/u;
  const groups = named.exec(text)?.groups;
  const port = Number(groups?.["port"] ?? groups?.["listened"] ?? groups?.["bound"] ?? 0);
  return port > 0 && port < 65_536 ? { port } : {};
}
