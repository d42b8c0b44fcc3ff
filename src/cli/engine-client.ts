import { execFile } from "node:child_process";
import process from "node:process";

/** How a BuildKit is reached that runs whole builds. */
export interface EngineClient {
  /** The name before a build is passed to it. */
  readonly name: string;
  /** Options of `docker buildx build` that choose it. */
  readonly options: readonly string[];
  /** Added to the environment of the client. */
  readonly env: Readonly<Record<string, string>>;
  /** True where it has a store of images, out of which `docker save` takes one. */
  readonly keepsImages: boolean;
}

const builder = "pith";

/**
 * The BuildKit that BUILDKIT_HOST names, as for buildctl, else Docker's. `folder` is a scratch folder for what buildx
 * notes of builders. Undefined where none answers; `why` says so of one that the environment names.
 */
export async function findEngine(
  folder: string,
): Promise<{ readonly client: EngineClient | undefined; readonly why?: string }> {
  const address = process.env["BUILDKIT_HOST"] ?? "";
  if (address === "") {
    const asked = [await ask(["buildx", "version"]), await ask(["version", "--format", "{{.Server.Version}}"])];
    const answers = asked.every((answer) => answer !== undefined);
    return { client: answers ? { name: "docker buildx build", options: [], env: {}, keepsImages: true } : undefined };
  }
  const env = { BUILDX_CONFIG: folder, BUILDX_BUILDER: builder };
  const isKnown =
    (await ask(["buildx", "create", "--name", builder, "--driver", "remote", address], env)) !== undefined;
  const state = isKnown ? await ask(["buildx", "inspect", builder], env) : undefined;
  if (state === undefined || /^Status:\s*inactive/mu.test(state)) {
    const why = isKnown ? "does not answer" : "is asked by docker buildx, which is not there or does not take it";
    return { client: undefined, why: `the BuildKit that BUILDKIT_HOST names (${address}) ${why}` };
  }
  const name = `docker buildx build with the BuildKit at ${address}`;
  return { client: { name, options: ["--builder", builder], env, keepsImages: false } };
}

async function ask(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string | undefined> {
  return askClient("docker", args, env);
}

/** The output of a client of an engine; undefined where it fails, or is not there. */
export async function askClient(
  client: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: 20_000, env: { ...process.env, ...env } };
    execFile(client, [...args], options, (failure, stdout) => resolve(failure === null ? stdout : undefined));
  });
}

/** Takes an image out of an engine's store, where it has no name. */
export async function removeNameless(client: string, id: string): Promise<void> {
  const names = await askClient(client, ["image", "inspect", "--format", "{{json .RepoTags}}", id]);
  if (names?.trim() === "[]" || names?.trim() === "null") await askClient(client, ["image", "rm", id]);
}
