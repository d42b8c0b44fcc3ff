import { type Detector, type Evidence, evidenceAt, type Found } from "../candidate.ts";
import { type Process, procfileProcess, procfileTargets, readCommand, type WrittenCommand } from "../command-words.ts";
import type { Project } from "../project.ts";
import { siteKeys } from "../site.ts";
import { newestAllowed } from "../versions.ts";

const releases = ["3.4", "3.3", "3.2", "3.1"];

/** Applications of Ruby: Rails, Rack, scripts. */
export const ruby: Detector = {
  looksFor: ["Gemfile", "config.ru", "*.rb"],
  async find(project): Promise<readonly Found[]> {
    const gemfile = await project.text("Gemfile");
    const site = await fromJekyll(project, gemfile);
    if (site !== undefined) return [site];
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
      ...(await procfileTargets(await project.text("Procfile"), async (one) =>
        Promise.resolve(commandOf(one, gemfile)),
      )),
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

/** What says how a Ruby application starts. */
interface Said {
  readonly project: Project;
  readonly gemfile: string;
  readonly has: (gem: string) => boolean;
  readonly inGemfile: (fact: string, shows: string) => readonly Evidence[];
}

async function findStart(project: Project, gemfile: string): Promise<Start | undefined> {
  const said: Said = {
    project,
    gemfile,
    has: (gem) => listsGem(gemfile, gem),
    inGemfile: (fact, shows) => (gemfile === "" ? [] : [evidenceAt("Gemfile", fact, { text: gemfile, shows })]),
  };
  return (await fromProcfile(said)) ?? fromRails(said) ?? fromRack(said) ?? (await fromScript(said));
}

/** The arguments of `ruby` for a process of a Procfile; undefined where it starts something else. */
function commandOf({ command: text }: Process, gemfile: string): WrittenCommand | undefined {
  const command = readCommand(text.replace(/^bundle exec /u, ""), "8080");
  const [program = "", ...args] = command?.words ?? [];
  if (command === undefined) return undefined;
  if (program === "ruby") return { ...command, words: [...withGems(gemfile), ...args] };
  return listsGem(gemfile, program) ? { ...command, words: ["-S", "bundle", "exec", program, ...args] } : undefined;
}

function listsGem(gemfile: string, gem: string): boolean {
  return [...gemfile.matchAll(/^[ \t]*gem[ \t]+["'](?<name>[^"']+)["']/gmu)].some(
    ({ groups }) => groups?.["name"] === gem,
  );
}

async function fromProcfile({ project, gemfile }: Said): Promise<Start | undefined> {
  const process = procfileProcess(await project.text("Procfile"));
  const command = process === undefined ? undefined : commandOf(process, gemfile);
  if (process === undefined || command === undefined) return undefined;
  return {
    name: "Ruby application",
    confidence: 85,
    evidence: [{ file: "Procfile", fact: `${process.name}: ${process.command}` }],
    cmd: command.words,
    because: `the process ${process.name} of the Procfile`,
    env: command.env,
    ...(process.name === "web" ? { port: 8080 } : {}),
  };
}

function fromRails({ project, has, inGemfile }: Said): Start | undefined {
  if (!project.has("config/application.rb") || !(has("rails") || project.has("bin/rails"))) return undefined;
  // `rails server` makes directories beside the sources, which an image may not permit.
  const isPuma = has("puma") && project.has("config.ru");
  return {
    name: "Rails",
    confidence: 88,
    evidence: inGemfile("depends on rails", "rails"),
    cmd: isPuma
      ? ["-S", "bundle", "exec", "puma", "--bind", "tcp://0.0.0.0:3000"]
      : ["bin/rails", "server", "-b", "0.0.0.0", "-p", "3000", "-P", "/tmp/server.pid"],
    because: isPuma ? "puma serves config.ru" : "the server of Rails",
    env: {
      ...(isPuma ? { PIDFILE: "/tmp/server.pid" } : {}),
      RAILS_ENV: "production",
      RAILS_LOG_TO_STDOUT: "1",
      RAILS_SERVE_STATIC_FILES: "1",
    },
    port: 3000,
  };
}

function fromRack({ project, gemfile, has, inGemfile }: Said): Start | undefined {
  if (!project.has("config.ru")) return undefined;
  const server = ["puma", "falcon", "thin", "unicorn", "rackup"].find(has);
  const options: Readonly<Record<string, readonly string[]>> = {
    puma: ["--bind", "tcp://0.0.0.0:9292"],
    falcon: ["serve", "--bind", "http://0.0.0.0:9292"],
    unicorn: ["--listen", "0.0.0.0:9292"],
  };
  const words = options[server ?? ""] ?? ["--host", "0.0.0.0", "--port", "9292"];
  return {
    name: "Rack",
    confidence: 80,
    evidence: [{ file: "config.ru", fact: "an application of Rack" }, ...inGemfile("the list of Bundler", "gem")],
    cmd: ["-S", ...(gemfile === "" ? [] : ["bundle", "exec"]), server ?? "rackup", ...words],
    because: `${server ?? "rackup"} serves config.ru`,
    port: 9292,
  };
}

async function fromScript({ project, gemfile }: Said): Promise<Start | undefined> {
  const scripts = project.files.filter((path) => /^[^/]+\.rb$/u.test(path) && !/_spec|_test|^test_/u.test(path));
  const named = ["main.rb", "app.rb", "server.rb", "bot.rb", "run.rb"].find((name) => scripts.includes(name));
  const file = named ?? (scripts.length === 1 ? scripts[0] : undefined) ?? programOfGem(project);
  if (file === undefined) return undefined;
  const text = await project.text(file);
  const isClassic = /require\s+["']sinatra["']/u.test(text);
  // A class serves where it says so.
  if (isClassic || (/require\s+["']sinatra\/base["']/u.test(text) && /\brun!/u.test(text))) {
    return {
      name: "Sinatra",
      confidence: 80,
      evidence: [evidenceAt(file, "an application of Sinatra", { text, shows: "sinatra" })],
      cmd: [...withGems(gemfile), file, ...(isClassic ? ["-o", "0.0.0.0", "-p", "4567"] : [])],
      because: `${file} starts its own server`,
      env: { APP_ENV: "production" },
      port: 4567,
    };
  }
  const isRead = /\bENV(?:\.fetch\(|\[)\s*["']PORT["']\s*[\])]/u.test(text);
  const listens = /(?:\bTCPServer\.(?:new|open)|\bPort:|:Port\s*=>)\s*\(?\s*(?:["'][\d.]*["'],\s*)?(?<port>\d{2,5})\b/u;
  const port = Number(listens.exec(text)?.groups?.["port"] ?? 0);
  return {
    name: "Ruby script",
    confidence: gemfile === "" ? 50 : 60,
    evidence: [{ file, fact: "a script of Ruby" }],
    cmd: [...withGems(gemfile), file],
    because: "the script of a usual name, or the only one",
    ...(isRead ? { env: { PORT: "8080" }, port: 8080 } : port > 0 && port < 65_536 ? { port } : {}),
  };
}

/** A script finds the gems of its Gemfile by Bundler, which starts nothing else for that. */
function withGems(gemfile: string): readonly string[] {
  return gemfile === "" ? [] : ["-rbundler/setup"];
}

/** The only program of a gem. */
function programOfGem({ files }: Project): string | undefined {
  const programs = files.filter((path) => /^exe\/[\w.-]+$/u.test(path));
  return files.some((path) => /^[\w-]+\.gemspec$/u.test(path)) && programs.length === 1 ? programs[0] : undefined;
}

/** A site that Jekyll makes. */
async function fromJekyll(project: Project, gemfile: string): Promise<Found | undefined> {
  if (!/^[^\S\n]*gem\s+["'](?:jekyll|github-pages)["']/mu.test(gemfile) || !project.has("_config.yml"))
    return undefined;
  const { release, because } = await findRelease(project, gemfile);
  const lists = ["Gemfile", "Gemfile.lock"].filter((file) => project.has(file)).map((file) => project.inContext(file));
  const all = { copy: { src: [project.inContext(".")], dest: "/app/", exclude: ["**/.git", "_site"] } };
  const steps = [{ copy: { src: lists, dest: "/app/" } }, "bundle install", all, "bundle exec jekyll build"];
  const env = { JEKYLL_ENV: "production" };
  const evidence = [evidenceAt("Gemfile", "depends on jekyll", { text: gemfile, shows: /jekyll|github-pages/u })];
  const keys = siteKeys({
    builders: { build: { from: `ruby:${release}`, workdir: "/app", env, build: steps } },
    app: { from: "build", src: "/app/_site" },
    because: `where Jekyll writes the site; Ruby ${release}: ${because}`,
    isSinglePage: false,
  });
  return { name: "Jekyll site", confidence: 75, evidence, keys };
}

async function findRelease(
  project: Project,
  gemfile: string,
): Promise<{ readonly release: string; readonly because: string }> {
  const asked: readonly (readonly [file: string, range: string | undefined])[] = [
    [".ruby-version", (await project.text(".ruby-version")).trim().replace(/^ruby-/u, "")],
    ["Gemfile", /^[ \t]*ruby\s+["'](?<range>[^"']+)["']/mu.exec(gemfile)?.groups?.["range"]],
    [".tool-versions", /^ruby\s+(\S+)/mu.exec(await project.text(".tool-versions"))?.[1]],
  ];
  for (const [file, range = ""] of asked) {
    const release = range === "" ? undefined : newestAllowed(range, releases);
    if (release !== undefined) return { release, because: `${file}: ${range}` };
  }
  return { release: releases[0] ?? "", because: "no version is asked for" };
}
