import { type Detector, type Evidence, evidenceAt, type Found } from "../candidate.ts";
import { procfileWeb, readCommand } from "../command-words.ts";
import type { Project } from "../project.ts";
import { newestAllowed } from "../versions.ts";

const releases = ["3.4", "3.3", "3.2", "3.1"];

/** Applications of Ruby: Rails, Rack, scripts. */
export const ruby: Detector = {
  looksFor: ["Gemfile", "config.ru", "*.rb"],
  async find(project): Promise<readonly Found[]> {
    const gemfile = await project.text("Gemfile");
    const start = await findStart(project, gemfile);
    if (start === undefined) return [];
    const lock = ["Gemfile.lock", "gems.locked"].find((name) => project.has(name));
    const evidence = [...start.evidence, ...(lock === undefined ? [] : [{ file: lock, fact: "the lock of Bundler" }])];
    const { name, confidence, cmd, because, env = {}, port } = start;
    const { release, because: imageBecause } = await findRelease(project, gemfile);
    const hasGems = gemfile !== "";
    const src = project.inContext(".");
    const keys = [
      // Gems with compiled parts take the compilers of the larger image, of which nothing ships.
      { key: "from", value: hasGems ? `ruby:${release}` : `ruby:${release}-slim`, because: imageBecause },
      { key: "interpreter", value: "ruby" },
      { key: "app", value: hasGems && lock === undefined ? { src, dependencies: "bundler" } : src },
      { key: "cmd", value: cmd, because },
      ...(Object.keys(env).length === 0 ? [] : [{ key: "env", value: env }]),
      ...(port === undefined ? [] : [{ key: "ports", value: [port] }]),
    ];
    return [{ name, confidence, evidence, keys }];
  },
};

interface Start {
  readonly name: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  readonly cmd: readonly string[];
  readonly because: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
}

async function findStart(project: Project, gemfile: string): Promise<Start | undefined> {
  const has = (gem: string): boolean => new RegExp(`^\\s*gem\\s+["']${gem}["']`, "mu").test(gemfile);
  const inGemfile = (fact: string, shows: string): readonly Evidence[] =>
    gemfile === "" ? [] : [evidenceAt("Gemfile", fact, { text: gemfile, shows })];
  const web = procfileWeb(await project.text("Procfile"));
  const command = web === undefined ? undefined : readCommand(web.replace(/^bundle exec /u, ""), "8080");
  const [program = "", ...args] = command?.words ?? [];
  if (command !== undefined && (program === "ruby" || has(program))) {
    const cmd = program === "ruby" ? args : ["-S", "bundle", "exec", program, ...args];
    return {
      name: "Ruby application",
      confidence: 85,
      evidence: [{ file: "Procfile", fact: `web: ${web ?? ""}` }],
      cmd,
      because: "the process web of the Procfile",
      env: command.env,
      port: 8080,
    };
  }
  if (project.has("config/application.rb") && (has("rails") || project.has("bin/rails"))) {
    const env = { RAILS_ENV: "production", RAILS_LOG_TO_STDOUT: "1", RAILS_SERVE_STATIC_FILES: "1" };
    const cmd = ["bin/rails", "server", "-b", "0.0.0.0", "-p", "3000", "-P", "/tmp/server.pid"];
    return {
      name: "Rails",
      confidence: 88,
      evidence: inGemfile("depends on rails", "rails"),
      cmd,
      because: "the server of Rails",
      env,
      port: 3000,
    };
  }
  if (project.has("config.ru")) {
    const evidence = [
      { file: "config.ru", fact: "an application of Rack" },
      ...inGemfile("the list of Bundler", "gem"),
    ];
    const server = ["puma", "falcon", "thin", "unicorn", "rackup"].find(has);
    const options: Readonly<Record<string, readonly string[]>> = {
      puma: ["--bind", "tcp://0.0.0.0:9292"],
      falcon: ["serve", "--bind", "http://0.0.0.0:9292"],
      unicorn: ["--listen", "0.0.0.0:9292"],
    };
    const words = options[server ?? ""] ?? ["--host", "0.0.0.0", "--port", "9292"];
    const cmd = ["-S", ...(gemfile === "" ? [] : ["bundle", "exec"]), server ?? "rackup", ...words];
    return {
      name: "Rack",
      confidence: 80,
      evidence,
      cmd,
      because: `${server ?? "rackup"} serves config.ru`,
      port: 9292,
    };
  }
  const scripts = project.files.filter((path) => /^[^/]+\.rb$/u.test(path) && !/_spec|_test|^test_/u.test(path));
  const named = ["main.rb", "app.rb", "server.rb", "bot.rb", "run.rb"].find((name) => scripts.includes(name));
  const file = named ?? (scripts.length === 1 ? scripts[0] : undefined);
  if (file === undefined) return undefined;
  const text = await project.text(file);
  if (/require\s+["']sinatra["']/u.test(text)) {
    const evidence = [evidenceAt(file, "an application of Sinatra", { text, shows: "sinatra" })];
    return {
      name: "Sinatra",
      confidence: 80,
      evidence,
      cmd: [file, "-o", "0.0.0.0", "-p", "4567"],
      because: `${file} starts its own server`,
      env: { APP_ENV: "production" },
      port: 4567,
    };
  }
  const confidence = gemfile === "" ? 50 : 60;
  return {
    name: "Ruby script",
    confidence,
    evidence: [{ file, fact: "a script of Ruby" }],
    cmd: [file],
    because: "the script of a usual name, or the only one",
  };
}

async function findRelease(
  project: Project,
  gemfile: string,
): Promise<{ readonly release: string; readonly because: string }> {
  const asked: readonly (readonly [file: string, range: string | undefined])[] = [
    [".ruby-version", (await project.text(".ruby-version")).trim().replace(/^ruby-/u, "")],
    ["Gemfile", /^\s*ruby\s+["'](?<range>[^"']+)["']/mu.exec(gemfile)?.groups?.["range"]],
    [".tool-versions", /^ruby\s+(\S+)/mu.exec(await project.text(".tool-versions"))?.[1]],
  ];
  for (const [file, range = ""] of asked) {
    const release = range === "" ? undefined : newestAllowed(range, releases);
    if (release !== undefined) return { release, because: `${file}: ${range}` };
  }
  return { release: releases[0] ?? "", because: "no version is asked for" };
}
