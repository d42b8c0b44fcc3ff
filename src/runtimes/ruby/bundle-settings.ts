import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/** The settings of Bundler: its Gemfile, the lock beside it, and its configuration. */
export interface Bundle {
  readonly gemfile: AbsPath;
  readonly lock: AbsPath;
  /** `.bundle/config` and the like, those that exist, the strongest first. */
  readonly configs: readonly AbsPath[];
  /** Each gem of the lock with its versions, the platform cut off. */
  readonly locked: ReadonlyMap<string, readonly string[]>;
  /**
   * Gems that the Gemfile itself names outside of groups for development, and the features that Bundler loads for each.
   */
  readonly direct: readonly DirectGem[];
  /** True when groups of gems are left out, so that the lock names gems that nobody installed. */
  readonly leavesOut: boolean;
}

/** A gem of a Gemfile. */
export interface DirectGem {
  readonly name: string;
  /** Features of `require:`; undefined where its name tells them, empty with `require: false`. */
  readonly features: readonly string[] | undefined;
}

interface SettingsLocation {
  readonly proc: ProcessContext;
  readonly files: ProcessFiles;
  readonly workdir: AbsPath;
}

/** Undefined when there is no Gemfile above the program's directory, or above the application's. */
export async function readBundle(location: SettingsLocation): Promise<Bundle | undefined> {
  const gemfile = await findGemfile(location);
  if (gemfile === undefined) return undefined;
  const { files, proc } = location;
  const plain = toAbsPath(`${gemfile}.lock`);
  const lock = gemfile.endsWith("/gems.rb") ? toAbsPath(gemfile.replace(/\.rb$/u, ".locked")) : plain;
  const configs = await configFiles(gemfile, location);
  const texts = await Promise.all(configs.map((path) => files.readText(path)));
  return {
    gemfile,
    lock,
    configs,
    direct: parseGemfile((await files.readText(gemfile)) ?? ""),
    locked: parseLock((await files.readText(lock)) ?? ""),
    leavesOut: proc.env["BUNDLE_WITHOUT"] !== undefined || texts.some((text) => /^BUNDLE_WITHOUT:/mu.test(text ?? "")),
  };
}

/** Directories of BUNDLE_PATH and of a deployment, with those for the version of Ruby below them. */
export async function bundleDirectories({
  apiVersion,
  ...location
}: SettingsLocation & { readonly apiVersion: string }): Promise<readonly AbsPath[]> {
  const gemfile = await findGemfile(location);
  const { env } = location.proc;
  const base = gemfile === undefined ? location.workdir : parentOf(gemfile);
  const paths = [env["BUNDLE_PATH"] ?? ""];
  for (const path of await configFiles(gemfile, location)) {
    const text = (await location.files.readText(path)) ?? "";
    paths.push(/^BUNDLE_PATH:\s*["']?([^"'\n]+)/mu.exec(text)?.[1]?.trim() ?? "");
  }
  paths.push("vendor/bundle");
  return paths
    .filter((part) => part !== "")
    .flatMap((part) => [toAbsPath(`${part}/ruby/${apiVersion}`, base), toAbsPath(part, base)]);
}

async function findGemfile({ proc, files, workdir }: SettingsLocation): Promise<AbsPath | undefined> {
  const given = proc.env["BUNDLE_GEMFILE"];
  if (given !== undefined && given !== "") return toAbsPath(given, workdir);
  for (const start of new Set([workdir, proc.appRoot ?? workdir])) {
    for (let directory = start; ; directory = parentOf(directory)) {
      for (const name of ["Gemfile", "gems.rb"]) {
        if (await files.isFile(childOf(directory, name))) return childOf(directory, name);
      }
      if (directory === "/") break;
    }
  }
  return undefined;
}

async function configFiles(
  gemfile: AbsPath | undefined,
  { proc, files, workdir }: SettingsLocation,
): Promise<readonly AbsPath[]> {
  const given = proc.env["BUNDLE_APP_CONFIG"];
  const candidates = [
    ...(gemfile === undefined ? [] : [toAbsPath(".bundle/config", parentOf(gemfile))]),
    ...(given === undefined || given === "" ? [] : [toAbsPath(`${given}/config`, workdir)]),
  ];
  const found: AbsPath[] = [];
  for (const path of candidates) if (await files.isFile(path)) found.push(path);
  return found;
}

/**
 * The gems of a lock with their versions: they stand four blanks deep, below `specs:`, and what they depend on deeper.
 */
export function parseLock(text: string): ReadonlyMap<string, readonly string[]> {
  const locked = new Map<string, string[]>();
  for (const [, name = "", version = ""] of text.matchAll(/^ {4}([\w.-]+) \(([^)\s]+)\)$/gmu)) {
    locked.set(name, [...(locked.get(name) ?? []), version.replace(/-(?=[a-z]).*$/u, "")]);
  }
  return locked;
}

const development = /^(?:development|dev|test|tests|ci|lint|doc|docs|debug)$/u;

/** Gems of a Gemfile, less those that stand in groups for development alone. */
export function parseGemfile(text: string): readonly DirectGem[] {
  const found: DirectGem[] = [];
  /** Of each open block whether all of its groups are for development. */
  const blocks: boolean[] = [];
  for (const line of text.split("\n")) {
    const code = line.replace(/(?:^|\s)#.*$/u, "");
    const group = /^\s*group\b(.*)\bdo\b/u.exec(code);
    if (group !== null) blocks.push(isForDevelopment(group[1] ?? ""));
    else if (/\bdo\b(?:\s*\|[^|]*\|)?\s*$|^\s*(?:if|unless|case)\b/u.test(code)) blocks.push(false);
    else if (/^\s*end\b/u.test(code)) blocks.pop();
    const [, name, rest = ""] = /^\s*gem[\s(]+["']([\w.-]+)["'](.*)$/u.exec(code) ?? [];
    if (name === undefined || blocks.includes(true)) continue;
    const own = /\bgroups?(?::|["']?\s*=>)\s*(\[[^\]]*\]|[:"']\w+)/u.exec(rest)?.[1];
    if (own !== undefined && isForDevelopment(own)) continue;
    const required = /\brequire(?::|["']?\s*=>)\s*(false|nil|\[[^\]]*\]|["'][^"']*["'])/u.exec(rest)?.[1];
    found.push({ name, features: required === undefined ? undefined : namesIn(required) });
  }
  return found;
}

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/["']([^"']+)["']/gu)].map((match) => match[1] ?? "");
}

function isForDevelopment(text: string): boolean {
  const names = [...text.matchAll(/[:"'](\w+)/gu)].map((match) => match[1] ?? "");
  return names.length > 0 && names.every((name) => development.test(name));
}
