import { capture, isInstalled } from "./command.ts";
import { registryFolder } from "./engine.ts";
import { unobtainable } from "./own-docker.ts";
import { installRegistry } from "./packages.ts";
import { runLogged } from "./progress.ts";
import { choosePort, isRegistry, startRegistry } from "./registry.ts";

/** The container of a registry that `npm run up` starts. */
const container = "pith-registry";
const image = "registry:3";

/**
 * The registry of a Docker that is there, as `localhost:PORT`: one that answers, else Debian's program, else a
 * container. Undefined where none of them can be had.
 */
export async function registryBeside(environment: Readonly<Record<string, string>>): Promise<string | undefined> {
  for (const known of [process.env["PITH_REGISTRY"], "localhost:5000"]) {
    if (known !== undefined && (await isRegistry(known))) return known;
  }
  const isHere = await isInstalled("docker-registry");
  if (!isHere && (await unobtainable([image], environment)).size === 0) return inContainer(environment);
  try {
    await installRegistry();
  } catch {
    return undefined;
  }
  return (await startRegistry(registryFolder(), "kept")).host;
}

/** Removes the container, if there is one. */
export async function removeRegistryContainer(environment: Readonly<Record<string, string>>): Promise<void> {
  await capture("docker", ["rm", "--force", "--volumes", container], { env: environment });
}

async function inContainer(env: Readonly<Record<string, string>>): Promise<string> {
  await removeRegistryContainer(env);
  const port = await choosePort();
  const host = `localhost:${String(port)}`;
  await runLogged("docker", ["run", "-d", "--name", container, "-p", `127.0.0.1:${String(port)}:5000`, image], { env });
  return host;
}
