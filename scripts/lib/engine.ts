import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { capture } from "./command.ts";
import { checkSpace } from "./disk.ts";
import { Lack } from "./failures.ts";
import { stayIfInterrupted, undoing } from "./interruption.ts";
import { installEngineTools } from "./packages.ts";
import { endProcessesNaming, type ServiceOptions, startService } from "./processes.ts";
import { stateFolder } from "./project.ts";
import { startRegistry, stopRegistry } from "./registry.ts";

/** How the engine keeps images: graph drivers (the older default) or containerd's snapshotters. */
export type Store = "classic" | "containerd";

export const stores: readonly Store[] = ["classic", "containerd"];

/** A Docker engine and the registry beside it. */
export interface Engine {
  readonly store: Store;
  /** For DOCKER_HOST. */
  readonly dockerHost: string;
  /** `localhost:PORT`. */
  readonly registry: string;
  /** The environment of a child process that uses this engine. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface EngineState {
  readonly runFolder: string;
}

/** Where an engine that is not the usual one keeps its state. */
export interface EngineFolders {
  readonly engine?: string;
  /** Of the registry beside it. */
  readonly registry?: string;
}

/** Runs `use` with a private engine that ends afterwards, also when this process is interrupted or killed. */
export async function withEngine<T>(
  store: Store,
  use: (engine: Engine) => Promise<T>,
  folders: EngineFolders = {},
): Promise<T> {
  let engine: Engine | undefined;
  return undoing(
    async () => (engine === undefined ? sweep(folders.engine ?? engineFolder(store, "with-us")) : engine.stop()),
    async () => {
      engine = await startEngine(store, "with-us", folders);
      return use(engine);
    },
  );
}

/** What an engine with the frontend and a few base images takes of the disk. */
const leastGigabytes = 3;

/**
 * Starts a private engine of the given store. One that is to be kept and runs already is taken as it is; any other that
 * an earlier run left behind is ended first.
 */
export async function startEngine(
  store: Store,
  life: ServiceOptions["life"],
  folders: EngineFolders = {},
): Promise<Engine> {
  const folder = folders.engine ?? engineFolder(store, life);
  if (process.getuid?.() !== 0) {
    throw new Lack("cannot start a private engine: it needs root", "run it as root, or start Docker");
  }
  checkSpace(stateFolder(), leastGigabytes, "PITH_ENGINE_DIR");
  await installEngineTools();
  const running = life === "kept" ? await runningSocket(folder) : undefined;
  if (running === undefined) await sweep(folder);
  const registry = await startRegistry(folders.registry ?? registryFolder(), life);
  if (
    running !== undefined &&
    readFileSync(join(folder, "daemon.json"), "utf8") === daemonConfig(store, registry.host)
  ) {
    return describeEngine({ store, folder, socket: running, registry: registry.host }, async () => {
      await sweep(folder);
      await registry.stop();
    });
  }
  await sweep(folder);
  mkdirSync(folder, { recursive: true });
  // A Unix socket's path has at most 107 bytes, which a project deep in a home folder would exceed.
  const runFolder = mkdtempSync(join(tmpdir().length < 40 ? tmpdir() : "/tmp", "pith-"));
  const state: EngineState = { runFolder };
  writeFileSync(join(folder, "state.json"), JSON.stringify(state));
  writeFileSync(join(folder, "daemon.json"), daemonConfig(store, registry.host));
  const socket = join(runFolder, "docker.sock");
  const logFile = join(folder, "dockerd.log");
  writeFileSync(logFile, "");
  const service = startService({ program: "dockerd", args: daemonArguments(folder, runFolder), logFile, life });
  const stop = async (): Promise<void> => {
    await service.stop();
    await sweep(folder);
    await registry.stop();
  };
  if (!(await becomesReady(socket, 60))) {
    await stop();
    const end = readFileSync(logFile, "utf8").split("\n").slice(-12).join("\n");
    throw new Lack(
      `cannot start dockerd (${store} store):\n${end}`,
      "start Docker in your usual way, and run it again",
    );
  }
  return describeEngine({ store, folder, socket, registry: registry.host }, stop);
}

function describeEngine(
  place: { readonly store: Store; readonly folder: string; readonly socket: string; readonly registry: string },
  stop: Engine["stop"],
): Engine {
  const { store, folder, socket, registry } = place;
  const dockerHost = `unix://${socket}`;
  const environment = {
    ...engineEnvironment(store, dockerHost, registry),
    PITH_ENGINE_LOG: join(folder, "dockerd.log"),
  };
  return { store, dockerHost, registry, environment, stop };
}

/** The socket of the engine with its state in `folder`, where it answers. */
async function runningSocket(folder: string): Promise<string | undefined> {
  const runFolder = runFolderOf(folder);
  const socket = runFolder === undefined ? undefined : join(runFolder, "docker.sock");
  return socket !== undefined && existsSync(socket) && (await ping(socket)) ? socket : undefined;
}

function runFolderOf(folder: string): string | undefined {
  const stateFile = join(folder, "state.json");
  if (!existsSync(stateFile)) return undefined;
  return /"runFolder":"([^"]+)"/.exec(readFileSync(stateFile, "utf8"))?.[1];
}

/** Ends the kept engines and the registry of this state folder. */
export async function stopEngines(): Promise<void> {
  for (const store of stores) await sweep(engineFolder(store, "kept"));
  await stopRegistry(registryFolder());
}

/**
 * The engine that the environment names (what `npm run -s engine -- up` printed), or undefined. Stopping it is not
 * ours.
 */
export function givenEngine(): Engine | undefined {
  const { DOCKER_HOST: dockerHost, PITH_REGISTRY: registry, PITH_STORE: name } = process.env;
  const store = stores.find((known) => known === name);
  if (dockerHost === undefined || registry === undefined || store === undefined) return undefined;
  return {
    store,
    dockerHost,
    registry,
    environment: engineEnvironment(store, dockerHost, registry),
    stop: async () => {},
  };
}

function engineEnvironment(store: Store, dockerHost: string, registry: string): Readonly<Record<string, string>> {
  // Docker's own driver, whatever builder the user has chosen for other work.
  return { DOCKER_HOST: dockerHost, PITH_REGISTRY: registry, PITH_STORE: store, BUILDX_BUILDER: "default" };
}

/** A test run leaves the engine that somebody works with alone. */
function engineFolder(store: Store, life: ServiceOptions["life"]): string {
  return join(stateFolder(), life === "kept" ? store : `${store}-run`);
}

/** Where the usual registry keeps its contents. */
export function registryFolder(): string {
  return join(stateFolder(), "registry");
}

function daemonArguments(folder: string, runFolder: string): readonly string[] {
  return [
    `--config-file=${join(folder, "daemon.json")}`,
    `--data-root=${join(folder, "data")}`,
    `--exec-root=${join(runFolder, "exec")}`,
    `--pidfile=${join(runFolder, "docker.pid")}`,
    `--host=unix://${join(runFolder, "docker.sock")}`,
    // The default bridge has to exist (a frontend's container joins it), but the host's packet rules are left as they
    // are.
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--ip-masq=false",
  ];
}

function daemonConfig(store: Store, registryHost: string): string {
  return JSON.stringify({
    features: { "containerd-snapshotter": store === "containerd" },
    // Names such as python:3.13-slim are found among the base images made here.
    "registry-mirrors": [`http://${registryHost}`],
    "shutdown-timeout": 5,
    // Without a limit the cache of a whole run takes a tenth of the disk, whatever is free.
    builder: { gc: { enabled: true, defaultKeepStorage: "8GB" } },
  });
}

async function becomesReady(socket: string, seconds: number): Promise<boolean> {
  for (let wait = 0; wait < seconds * 10; wait++) {
    await stayIfInterrupted();
    if (existsSync(socket) && (await ping(socket))) return true;
    await delay(100);
  }
  return false;
}

async function ping(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const question = request({ socketPath, path: "/_ping", timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    question.once("error", () => resolve(false));
    question.once("timeout", () => question.destroy());
    question.end();
  });
}

/** Ends what an engine with its state in `folder` left: processes, mounts, sockets. Its images stay. */
async function sweep(folder: string): Promise<void> {
  const runFolder = runFolderOf(folder);
  if (runFolder?.includes("/pith-") === true) {
    // The daemon first: it unmounts what it mounted, which it cannot when its containerd is gone.
    await endProcessesNaming(`--exec-root=${runFolder}/`);
    await endProcessesNaming(runFolder);
    for (const mountPoint of [...mountsBelow(runFolder), ...mountsBelow(folder)])
      await capture("umount", ["-l", mountPoint]);
    rmSync(runFolder, { recursive: true, force: true });
  }
  rmSync(join(folder, "state.json"), { force: true });
}

function mountsBelow(folder: string): readonly string[] {
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();
}
