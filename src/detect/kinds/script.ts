import { type Detector, evidenceAt, type Found, type SpecKey } from "../candidate.ts";
import type { Project } from "../project.ts";

/** A directory of scripts of Perl or Lua, whose interpreters and packages are Debian's. */
export const script: Detector = {
  looksFor: ["*.lua", "*.pl", "*.psgi", "cpanfile"],
  async find(project): Promise<readonly Found[]> {
    const found = (await fromPerl(project)) ?? fromLua(project);
    return found === undefined ? [] : [found];
  },
};

/** The script of a usual name in the root, or the only one. */
function findScript({ files }: Project, ending: string): { readonly file: string; readonly fact: string } | undefined {
  const scripts = files.filter((path) => path.endsWith(`.${ending}`) && !path.includes("/"));
  const usual = ["main", "app", "server", "run"].map((base) => `${base}.${ending}`);
  const named = usual.find((one) => scripts.includes(one));
  if (named !== undefined) return { file: named, fact: "a script of this name is the start" };
  const [only, ...others] = scripts;
  return only === undefined || others.length > 0 ? undefined : { file: only, fact: "the only script" };
}

function fromLua(project: Project): Found | undefined {
  const found = findScript(project, "lua");
  if (found === undefined) return undefined;
  const { file, fact } = found;
  const started = { packages: ["lua5.4"], interpreter: "lua5.4", cmd: [file], because: `${file}: ${fact}` };
  return { name: "Lua", confidence: 45, evidence: [found], keys: scriptKeys(project, started) };
}

async function fromPerl(project: Project): Promise<Found | undefined> {
  const list = await project.text("cpanfile");
  const modules = [...list.matchAll(/^requires\s+["'](?<name>[\w:]+)["']/gmu)].map(
    ({ groups }) => groups?.["name"] ?? "",
  );
  const psgi = ["app.psgi", "bin/app.psgi"].find((path) => project.has(path));
  const common = { name: "Perl", confidence: list === "" ? 45 : 75 };
  if (psgi !== undefined) {
    const text = await project.text(psgi);
    const evidence = [evidenceAt(psgi, "an application of PSGI", { text, shows: /\S/u })];
    const packages = packagesOf(["Plack", ...modules, ...namedModules(text)]);
    const cmd = ["-S", "plackup", "--host", "0.0.0.0", "--port", "5000", "--env", "deployment", psgi];
    const started = { packages, interpreter: "perl", cmd, because: `plackup serves ${psgi}`, port: 5000 };
    return { ...common, confidence: 75, evidence, keys: scriptKeys(project, started) };
  }
  const command = await findCommands(project);
  const found = command ?? findScript(project, "pl");
  if (found === undefined) return undefined;
  const { file, fact } = found;
  const text = await project.text(file);
  const isServer = command !== undefined || /^[ \t]*use\s+Mojolicious::Lite\b/mu.test(text);
  const packages = packagesOf([...modules, ...namedModules(text)]);
  const started = {
    packages,
    interpreter: "perl",
    cmd: isServer ? [file, "daemon", "--mode", "production", "--listen", "http://*:3000"] : [file],
    because: isServer ? "the server of Mojolicious" : `${file}: ${fact}`,
    ...(isServer ? { port: 3000 } : {}),
  };
  const confidence = command === undefined ? common.confidence : 75;
  return { ...common, confidence, evidence: [found], keys: scriptKeys(project, started) };
}

/** The script of an application of Mojolicious, which its generator writes to `script`. */
async function findCommands(project: Project): Promise<{ readonly file: string; readonly fact: string } | undefined> {
  const fact = "it starts an application of Mojolicious";
  for (const file of project.files.filter((path) => /^(?:script|bin)\/[\w.-]+$/u.test(path))) {
    if (/^[ \t]*use\s+Mojolicious::Commands\b/mu.test(await project.text(file))) return { file, fact };
  }
  return undefined;
}

/** Frameworks that a script names, beside what Perl has itself. */
function namedModules(text: string): readonly string[] {
  return [...text.matchAll(/^[ \t]*use\s+(?<name>Mojolicious|Dancer2?|Catalyst|DBI|JSON|LWP)\b/gmu)].map(
    ({ groups }) => groups?.["name"] ?? "",
  );
}

/** Debian's packages of modules of CPAN: their names follow one rule. Modules of Perl's own have none. */
function packagesOf(modules: readonly string[]): readonly string[] {
  const own = new Set(["perl", "strict", "warnings", "utf8"]);
  const others = modules.filter((name) => !own.has(name) && !/^(?:Test|ExtUtils|Module::Build)\b/u.test(name));
  const named = others.map((name) => renamed[name] ?? `lib${name.toLowerCase().replaceAll("::", "-")}-perl`);
  return ["perl", ...new Set(named)];
}

/** Modules that are in the package of another name. */
const renamed: Readonly<Record<string, string>> = {
  Catalyst: "libcatalyst-perl",
  "Catalyst::Runtime": "libcatalyst-perl",
  LWP: "libwww-perl",
  "LWP::UserAgent": "libwww-perl",
  YAML: "libyaml-perl",
};

interface Started {
  readonly packages: readonly string[];
  readonly interpreter: string;
  readonly cmd: readonly string[];
  readonly because: string;
  readonly port?: number;
}

function scriptKeys(project: Project, { packages, interpreter, cmd, because, port }: Started): readonly SpecKey[] {
  return [
    { key: "from", value: "debian:trixie-slim", because: "the interpreter and its packages are Debian's" },
    { key: "packages", value: packages },
    { key: "interpreter", value: interpreter },
    { key: "app", value: project.inContext(".") },
    { key: "cmd", value: cmd, because },
    ...(port === undefined ? [] : [{ key: "ports", value: [port] }]),
  ];
}
