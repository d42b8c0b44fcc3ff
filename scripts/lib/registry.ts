import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { endProcessesNaming, processesNaming, type Service, type ServiceOptions, startService } from "./processes.ts";

/** A registry on loopback. */
export interface Registry {
  /** `localhost:5000`, as image references spell it. */
  readonly host: string;
  stop(): Promise<void>;
}

const preferredPort = 5000;

/**
 * Starts a registry whose contents stay in `folder`, on port 5000 when that is free. PITH_REGISTRY names one that runs
 * already, which is then used and left running.
 */
export async function startRegistry(folder: string, life: ServiceOptions["life"]): Promise<Registry> {
  const given = process.env["PITH_REGISTRY"];
  if (given !== undefined && (await answers(given))) return { host: given, stop: async () => {} };
  return startOwnRegistry(folder, life);
}

/** The same, whatever registry the environment names. */
export async function startOwnRegistry(folder: string, life: ServiceOptions["life"]): Promise<Registry> {
  mkdirSync(join(folder, "data"), { recursive: true });
  const configFile = join(folder, "config.yml");
  const running = await runningRegistry(configFile);
  if (running !== undefined) return { host: running, stop: async () => {} };
  await endProcessesNaming(configFile);
  const port = await choosePort();
  writeFileSync(configFile, registryConfig(join(folder, "data"), port));
  const service: Service = startService({
    program: "docker-registry",
    args: ["serve", configFile],
    logFile: join(folder, "registry.log"),
    // The registry's tracing would look for a collector on the network.
    env: { OTEL_TRACES_EXPORTER: "none" },
    life,
  });
  const host = `localhost:${port}`;
  for (let wait = 0; wait < 100; wait++) {
    if (await answers(host)) return { host, stop: () => service.stop() };
    await delay(100);
  }
  await service.stop();
  throw new Error(`cannot start the registry on ${host}: see ${join(folder, "registry.log")}`);
}

/** Ends the registry that keeps its contents in `folder`, if one runs. */
export async function stopRegistry(folder: string): Promise<void> {
  const configFile = join(folder, "config.yml");
  if (existsSync(configFile)) await endProcessesNaming(configFile);
}

/** Tells whether a registry answers on `host`. */
export async function answers(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(2000) });
    return response.status === 200 || response.status === 401;
  } catch {
    return false;
  }
}

/** The same of a server that nobody has called a registry: it has to say that it is one, and to let us in. */
export async function isRegistry(host: string): Promise<boolean> {
  try {
    const response = await fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(2000) });
    if (!response.ok) return false;
    return response.headers.has("docker-distribution-api-version") || (await response.text()).trim() === "{}";
  } catch {
    return false;
  }
}

async function runningRegistry(configFile: string): Promise<string | undefined> {
  if (!existsSync(configFile) || processesNaming(configFile).length === 0) return undefined;
  const port = /127\.0\.0\.1:(\d+)/.exec(readFileSync(configFile, "utf8"))?.[1];
  const host = `localhost:${port ?? ""}`;
  return (await answers(host)) ? host : undefined;
}

function registryConfig(dataFolder: string, port: number): string {
  return `version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: ${JSON.stringify(dataFolder)}}
  delete: {enabled: true}
  maintenance: {uploadpurging: {enabled: false}}
http: {addr: "127.0.0.1:${port}"}
`;
}

/** Port 5000, which documents name; another where some program has it. */
export async function choosePort(): Promise<number> {
  return (await listenOnce(preferredPort)) ?? freePort();
}

/** A port of loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Error("cannot find a free port on loopback");
  return port;
}

async function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
