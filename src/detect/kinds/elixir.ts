import { cachedStep } from "../cached-step.ts";
import { type Detector, evidenceAt, type Found, type SpecKey } from "../candidate.ts";
import type { Project } from "../project.ts";
import { newestAllowed } from "../versions.ts";

const releases = ["1.18", "1.19", "1.17", "1.16", "1.15", "1.14"];

/** Applications of Elixir, as releases of Mix: with their own runtime of Erlang. */
export const elixir: Detector = {
  looksFor: ["mix.exs"],
  async find(project): Promise<readonly Found[]> {
    const text = await project.text("mix.exs");
    const app = /\bapp:\s*:(?<name>\w+)/u.exec(text)?.groups?.["name"];
    const named = /\breleases:\s*\[\s*:?(?<name>\w+):?\s*[:,[]/u.exec(text)?.groups?.["name"];
    const name = named ?? app;
    if (name === undefined) return [];
    const isPhoenix = /\{:phoenix,/u.test(text);
    const common = {
      name: isPhoenix ? "Phoenix" : "Elixir",
      confidence: 85,
      evidence: [
        evidenceAt("mix.exs", `the application ${name}`, { text, shows: app === undefined ? "releases:" : "app:" }),
      ],
    };
    if (named === undefined && !/\bmod:\s*\{/u.test(text)) {
      const reason = "application in mix.exs has no mod, so a release starts nothing";
      return [{ ...common, reason, hint: `add mod: {MODULE, []} to application in mix.exs` }];
    }
    return [{ ...common, keys: await releaseKeys(project, { text, name, isPhoenix, isNamed: named !== undefined }) }];
  },
};

interface Release {
  readonly text: string;
  readonly name: string;
  readonly isPhoenix: boolean;
  /** True where mix.exs names the release; Mix knows the one of the application without a name. */
  readonly isNamed: boolean;
}

async function releaseKeys(project: Project, { text, name, isPhoenix, isNamed }: Release): Promise<readonly SpecKey[]> {
  const asked = /^elixir\s+(?<version>[\d.]+)/mu.exec(await project.text(".tool-versions"))?.groups?.["version"];
  const range = asked ?? /\belixir:\s*"(?<range>[^"]+)"/u.exec(text)?.groups?.["range"] ?? "";
  const release = newestAllowed(range, releases) ?? releases[0] ?? "";
  const lists = ["mix.exs", "mix.lock"].filter((file) => project.has(file)).map((file) => project.inContext(file));
  const all = {
    copy: { src: [project.inContext(".")], dest: "/src/", exclude: ["_build", "deps", "**/node_modules", "**/.git"] },
  };
  const tools = "mix local.hex --force && mix local.rebar --force";
  const load = cachedStep("mix deps.get --only prod", ["/root/.cache/rebar3"], name);
  const hasAssets = /"assets\.deploy"\s*:/u.test(text);
  // Dependencies that lie in the repository are read to load the others.
  const isWhole = /\bpath:\s|\bapps_path:|\bin_umbrella:/u.test(text);
  // Without packages nothing is loaded: Mix alone builds it.
  const written = text.replaceAll(/^[ \t]*#.*$/gmu, "");
  const hasPackages = isWhole || project.has("mix.lock") || /\{\s*:\w+\s*,\s*(?:"|\w+:)/u.test(written);
  const build = [
    ...(hasPackages ? [tools] : []),
    ...(!hasPackages ? [all] : isWhole ? [all, load] : [{ copy: { src: lists, dest: "/src/" } }, load, all]),
    ...(hasAssets ? ["mix assets.deploy"] : []),
    isNamed ? `mix release ${name} --path /out` : "mix release --path /out",
  ];
  // Libraries with compiled parts take a compiler, of which nothing ships.
  const compilers = hasPackages ? { packages: ["build-essential", "git"] } : {};
  const main = { from: `elixir:${release}-slim`, ...compilers, workdir: "/src", env: { MIX_ENV: "prod" }, build };
  const because = range === "" ? "no version is asked for" : `mix.exs asks for Elixir ${range}`;
  const env = { LANG: "C.UTF-8", RELEASE_DISTRIBUTION: "none", RELEASE_TMP: "/tmp" };
  return [
    { key: "builders", value: { main }, because },
    { key: "app", value: { from: "main", src: "/out" }, because: "the release, with its own runtime" },
    { key: "entrypoint", value: [`/app/bin/${name}`] },
    { key: "cmd", value: ["start"] },
    { key: "env", value: isPhoenix ? { ...env, PHX_SERVER: "true", PORT: "4000" } : env },
    ...(isPhoenix ? [{ key: "ports", value: [4000] }] : []),
  ];
}
