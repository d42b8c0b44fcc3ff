import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { Credentials } from "../registry/credentials.ts";
import { askHelper, type HelperOptions } from "./helper.ts";

const entrySchema = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

const configSchema = z.looseObject({
  auths: z.record(z.string(), entrySchema).nullish(),
  credsStore: z.string().nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

const maximumBytes = 4 * 1024 * 1024;

export interface DockerConfigOptions extends Omit<HelperOptions, "warned"> {
  /** `DOCKER_CONFIG`, or `~/.docker`. */
  readonly folder: string;
  /** Told of what could not be used; never with a secret in it. */
  readonly warned: (text: string) => void;
}

/** The folder of Docker's settings. */
export function dockerConfigFolder(env: Readonly<Record<string, string | undefined>>): string {
  const given = env["DOCKER_CONFIG"];
  return given !== undefined && given !== "" ? given : path.join(env["HOME"] ?? "/", ".docker");
}

/**
 * The login of `docker login` for a registry (config.json of the Docker CLI): a helper of its own comes first, then the
 * helper for all, then the file. Undefined where there is nothing, or nothing that can be used: then the registry is
 * asked without a name.
 */
export async function findCredentials(
  registry: string,
  options: DockerConfigOptions,
): Promise<Credentials | undefined> {
  const config = readConfig(path.join(options.folder, "config.json"), options.warned);
  if (config === undefined) return undefined;
  const key = normalKey(registry);
  const own = Object.entries(config.credHelpers ?? {}).find(([name]) => normalKey(name) === key)?.[1];
  const auths = Object.entries(config.auths ?? {}).filter(([name]) => normalKey(name) === key);
  const helper = own ?? config.credsStore ?? "";
  if (helper !== "") {
    // Helpers know a login by the very text that it was made with.
    const found = await askHelper(helper, auths[0]?.[0] ?? serverName(registry), options);
    if (found !== undefined || own !== undefined) return found;
  }
  for (const [, entry] of auths) {
    const found = credentialsOf(entry);
    if (found === "unreadable") options.warned(`cannot use the login of ${registry} in config.json: it is damaged`);
    else if (found !== undefined) return found;
  }
  return undefined;
}

function readConfig(file: string, warned: (text: string) => void): z.infer<typeof configSchema> | undefined {
  let text: string;
  try {
    const stat = fs.statSync(file);
    if (!stat.isFile() || stat.size > maximumBytes) throw new Error("not a file of a sensible size");
    text = fs.readFileSync(file, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
    if (code !== "ENOENT" && code !== "ENOTDIR") {
      warned(`cannot read ${file}: ${failure instanceof Error ? failure.message : ""}`);
    }
    return undefined;
  }
  try {
    return configSchema.parse(JSON.parse(text));
  } catch {
    // The parser's own words would quote the file.
    warned(`cannot use ${file}: it is not what docker login writes`);
    return undefined;
  }
}

function credentialsOf(entry: z.infer<typeof entrySchema>): Credentials | "unreadable" | undefined {
  if (isGiven(entry.registrytoken)) {
    // RFC 6750: anything else could break out of the header.
    const isToken = /^[A-Za-z0-9\-._~+/]+=*$/u.test(entry.registrytoken);
    return isToken ? { kind: "token", token: entry.registrytoken } : "unreadable";
  }
  if (isGiven(entry.identitytoken)) return { kind: "identity", token: entry.identitytoken };
  if (isGiven(entry.username) && entry.password !== undefined) {
    return { kind: "password", user: entry.username, password: entry.password };
  }
  if (!isGiven(entry.auth)) return undefined;
  const text = Buffer.from(entry.auth, "base64").toString("utf8").replace(/\0+$/u, "");
  const colon = text.indexOf(":");
  if (colon < 1) return "unreadable";
  return { kind: "password", user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

/** Keys were once URLs: `https://index.docker.io/v1/` is `docker.io`. */
function normalKey(key: string): string {
  const host = key.replace(/^https?:\/\//u, "").split("/")[0] ?? "";
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host.toLowerCase();
}

function serverName(registry: string): string {
  return registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
}
