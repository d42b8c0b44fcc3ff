import { type Evidence, evidenceAt } from "../../candidate.ts";
import { type Process, procfileProcess, readCommand, type WrittenCommand } from "../../command-words.ts";
import type { Project } from "../../project.ts";
import { onlyDeclares } from "./declares.ts";
import { isListed, type PythonPackages } from "./packages.ts";
import { fromRunner } from "./runners.ts";
import type { PythonObstacle, PythonStart } from "./started.ts";

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
    (await fromRunner(project, packages, sources)) ??
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

/** The arguments of `python3` for a process of a Procfile; undefined where it starts something else. */
export function commandOf({ command: text }: Process, packages: PythonPackages): WrittenCommand | undefined {
  const command = readCommand(text, "8000");
  const [program = "", ...args] = command?.words ?? [];
  if (command === undefined) return undefined;
  if (/^python[\d.]*$/u.test(program)) return { ...command, words: args };
  if (!packages.names.has(program) && !["uvicorn", "flask", "celery"].includes(program)) return undefined;
  // Gunicorn listens on the loopback address where PORT is not set.
  const isBound = program !== "gunicorn" || args.some((word) => /^(?:-b|--bind)/u.test(word));
  return { ...command, words: ["-m", program, ...(isBound ? [] : ["--bind", "0.0.0.0:8000"]), ...args] };
}

async function fromProcfile(
  project: Project,
  packages: PythonPackages,
): Promise<PythonStart | PythonObstacle | undefined> {
  const text = await project.text("Procfile");
  const process = procfileProcess(text);
  if (process === undefined) return undefined;
  const { name, command: web } = process;
  const evidence = [evidenceAt("Procfile", `${name}: ${web}`, { text, shows: `${name}:` })];
  const command = commandOf(process, packages);
  if (command === undefined) return undefined;
  return {
    name: "Python application",
    confidence: 85,
    evidence,
    cmd: command.words,
    cmdBecause: `the process ${name} of the Procfile${leftOut(web)}`,
    env: command.env,
    ...(name === "web" ? { port: 8000 } : {}),
  };
}

/** What stands before the last command of a chain: one program starts an image. */
function leftOut(command: string): string {
  const before = command.split("&&").slice(0, -1);
  return before.length === 0 ? "" : `; run before it, outside the image: ${before.map((one) => one.trim()).join(", ")}`;
}

async function fromDjango(
  project: Project,
  { names, evidence: listed }: PythonPackages,
): Promise<PythonStart | PythonObstacle | undefined> {
  const file = isListed(project)
    ? project.files.find(
        (path) => /^(?:[\w.-]+\/)?manage\.py$/u.test(path) && (path === "manage.py" || !project.has("manage.py")),
      )
    : "manage.py";
  const text = await project.text(file ?? "manage.py");
  const settings = /DJANGO_SETTINGS_MODULE["']\s*,\s*["'](?<module>[\w.]+)["']/u.exec(text)?.groups?.["module"];
  if (file === undefined || settings === undefined) return undefined;
  const evidence = [evidenceAt(file, `the settings are ${settings}`, { text, shows: "DJANGO_SETTINGS_MODULE" })];
  if (listed === undefined) return unlisted("Django", evidence);
  const base = file.slice(0, -"manage.py".length);
  const folder = settings.split(".")[0] ?? "";
  const has = (name: string): boolean => project.has(`${base}${folder}/${name}.py`);
  const env = base === "" ? {} : { env: { PYTHONPATH: `/app/${base.slice(0, -1)}` } };
  const common = { name: "Django", confidence: 85, evidence, port: 8000, ...env };
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
  const because = "the server of development: add gunicorn to the packages for another";
  // The command runserver looks for migrations, and so takes a database that can be written, before it serves anything.
  if (has("wsgi")) {
    const handler = "from django.contrib.staticfiles.handlers import StaticFilesHandler";
    const serve = "run('0.0.0.0', 8000, StaticFilesHandler(application), threading=True)";
    const code = `from ${folder}.wsgi import application; ${handler}; from django.core.servers.basehttp import run; ${serve}`;
    return { ...common, cmd: ["-c", code], cmdBecause: because };
  }
  return { ...common, cmd: [file, "runserver", "--noreload", "0.0.0.0:8000"], cmdBecause: because };
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
      if (packages.evidence === undefined) return unlisted(kind.name, evidence);
      return { ...serve(packages, kind, { path, text, object: server, evidence }), ...searchPath(path) };
    }
  }
  return fromMadeObject(project, packages, sources);
}

/** A framework that no list names is not in the image. */
function unlisted(name: string, evidence: readonly Evidence[]): PythonObstacle {
  const reason = "no list names its packages: no requirements.txt, pyproject.toml or Pipfile";
  return { name, confidence: 80, evidence, reason, hint: `write a requirements.txt that names ${name.toLowerCase()}` };
}

/** An object that a function of the project's own makes, as `app = build_app()` in wsgi.py. */
async function fromMadeObject(
  project: Project,
  packages: PythonPackages,
  sources: readonly string[],
): Promise<PythonStart | PythonObstacle | undefined> {
  const kind = objectKinds.find(({ name }) => packages.names.has(name.toLowerCase()));
  if (kind === undefined) return undefined;
  for (const path of sources.filter((one) => /(?:^|\/)(?:wsgi|asgi|app|main|server)\.py$/u.test(one))) {
    const text = await project.text(path);
    const [written = "", object = ""] = /^(app|application)\s*=\s*\w+\(/mu.exec(text) ?? [];
    if (object === "") continue;
    const evidence = [evidenceAt(path, written, { text, shows: written })];
    return { ...serve(packages, kind, { path, text, object, evidence }), ...searchPath(path) };
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
  const hasUvicorn = names.has("uvicorn");
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
  if (hasGuard(text)) return { ...common, cmd: [path], cmdBecause: `${path} starts its own server`, ...findPort(text) };
  return {
    ...common,
    reason: "no server such as gunicorn is among the packages",
    hint: "add gunicorn to the packages",
  };
}

async function fromScript(
  project: Project,
  packages: PythonPackages,
  sources: readonly string[],
): Promise<PythonStart | PythonObstacle | undefined> {
  const common = { name: "Python application", confidence: packages.evidence === undefined ? 50 : 60 };
  const script = async (path: string, fact: string): Promise<PythonStart> => {
    const { port, env } = findPort(await project.text(path));
    return {
      ...common,
      evidence: [{ file: path, fact }],
      cmd: path.endsWith("/__main__.py") ? ["-m", moduleOf(path).replace(/\.__main__$/u, "")] : [path],
      cmdBecause: `${path}: ${fact}`,
      env: { ...env, ...searchPath(path).env },
      ...(port === undefined ? {} : { port }),
    };
  };
  const declares = new Set<string>();
  for (const path of sources) if (onlyDeclares(await project.text(path))) declares.add(path);
  const usual = sources.filter((path) => /^(?:__main__|main|app|server|run|bot|manage)\.py$/u.test(path));
  const named = usual.find((path) => !declares.has(path));
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
    const isSetup = !(await project.text("pyproject.toml")).includes(call);
    const said = isSetup ? (["setup.py", "setup.cfg"].find((one) => project.has(one)) ?? "") : "pyproject.toml";
    return { ...common, evidence: [{ file: said, fact }], cmd, cmdBecause: fact, ...searchPath(path) };
  }
  const guarded: string[] = [];
  for (const path of sources) if (hasGuard(await project.text(path))) guarded.push(path);
  const [only, ...others] = guarded;
  if (only !== undefined && others.length === 0) return script(only, 'it has if __name__ == "__main__"');
  const package_ = sources.find((path) => path.endsWith("/__main__.py") && !declares.has(path));
  if (package_ !== undefined) return script(package_, "a package that can be started");
  const inRoot = sources.filter((path) => !path.includes("/"));
  const [first, ...more] = inRoot;
  if (first !== undefined && more.length === 0 && !declares.has(first)) return script(first, "the only source");
  if (sources.length === 0) return undefined;
  const [quiet] = usual;
  const without = quiet === undefined ? "no main.py or app.py" : `${quiet} only declares, so it ends at once`;
  return {
    ...common,
    evidence: [{ file: sources[0] ?? "", fact: "a source of Python" }],
    reason: `${without}, no object of a web framework, and ${String(guarded.length)} sources with __main__`,
    hint: "name the start main.py, or write cmd in a spec",
  };
}

function hasGuard(text: string): boolean {
  return /^if\s+__name__\s*==\s*["']__main__["']/mu.test(text);
}

/** The port that a script names, and PORT where it takes it from there alone. */
function findPort(text: string): { readonly port?: number; readonly env?: Readonly<Record<string, string>> } {
  const named =
    /\b(?:port|PORT)\s*=\s*(?<port>\d{2,5})\b|\b(?:listen|listenTCP)\((?<listened>\d{2,5})\b|["']tcp6?:(?:port=)?(?<described>\d{2,5})[:"']|\(\s*["'][\d.]*["'],\s*(?<bound>\d{2,5})\s*[,)]|["']PORT["'],\s*["']?(?<usual>\d{2,5})\b/u;
  const groups = named.exec(text)?.groups ?? {};
  const port = Number(
    groups["port"] ?? groups["listened"] ?? groups["described"] ?? groups["bound"] ?? groups["usual"] ?? 0,
  );
  if (port > 0 && port < 65_536) return { port };
  const isRead = /\benviron(?:\.get\(|\[)\s*["']PORT["']|\bgetenv\(\s*["']PORT["']/u.test(text);
  return isRead ? { port: 8000, env: { PORT: "8000" } } : {};
}
