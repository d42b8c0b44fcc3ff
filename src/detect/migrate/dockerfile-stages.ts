import type { SpecValue } from "../../spec/flow-text.ts";
import { argumentMark } from "./argument-marks.ts";
import type { DockerInstruction } from "./dockerfile-instructions.ts";
import {
  absolutePath,
  expand,
  type Lookup,
  plainWords,
  readJsonWords,
  readPairs,
  shellWords,
} from "./dockerfile-words.ts";
import type { LeftOut } from "./migration.ts";

/** Something that an instruction set, with its line. */
export interface Said<T> {
  readonly value: T;
  readonly line: number;
}

/** Files that a stage got from elsewhere. */
export interface Copied {
  readonly line: number;
  /** `context`, or the builder. */
  readonly from: string;
  readonly src: readonly string[];
  readonly dest: string;
  readonly chown: string | undefined;
}

/** A stage while its instructions are read. */
export interface Stage {
  /** The name of its builder. */
  name: string;
  line: number;
  from: string;
  /** True where `from` is a stage before. */
  isOnStage: boolean;
  platform: string | undefined;
  env: Record<string, string>;
  args: Record<string, string>;
  shell: readonly string[];
  workdir: string;
  user: Said<string> | undefined;
  /** The working directory of the builder, which steps need not name. */
  firstWorkdir: string | undefined;
  readonly steps: SpecValue[];
  copied: Copied[];
  hasRun: boolean;
  entrypoint: Said<readonly string[]> | undefined;
  cmd: Said<readonly string[]> | undefined;
  healthcheck: Said<SpecValue> | undefined;
  stopSignal: Said<string> | undefined;
  ports: readonly string[];
  volumes: readonly string[];
  labels: Record<string, string>;
}

/** What is read of a whole Dockerfile. */
export interface Reading {
  readonly stages: Stage[];
  /** Arguments of the spec with their defaults. */
  readonly args: Record<string, string>;
  readonly globals: Record<string, string>;
  readonly leftOut: LeftOut[];
  /** Images that files are copied from, as builders of their own. */
  readonly images: Map<string, string>;
}

const given = new Set(
  ["TARGET", "BUILD"].flatMap((prefix) => ["PLATFORM", "OS", "ARCH", "VARIANT"].map((name) => prefix + name)),
);
export const defaultShell: readonly string[] = ["/bin/sh", "-c"];
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The stage of an instruction FROM. */
export function beginStage(reading: Reading, { rest, line, flags }: DockerInstruction): Stage {
  const [image = "", , as] = plainWords(rest);
  const lookup: Lookup = (name) => (Object.hasOwn(reading.globals, name) ? globalMark(reading, name) : givenMark(name));
  const from = expand(image, lookup).text;
  const parent = findStage(reading, from);
  const platform = flags.find(([name]) => name === "platform")?.[1];
  const name = as === undefined ? `stage${String(reading.stages.length)}` : builderName(as);
  const inherited = parent ?? emptyStage;
  return {
    ...inherited,
    name,
    line,
    from: parent?.name ?? from,
    isOnStage: parent !== undefined,
    platform: /\$\{?BUILDPLATFORM\b/u.test(platform ?? "") ? "build" : platformOf(platform),
    env: { ...inherited.env },
    args: {},
    labels: { ...inherited.labels },
    firstWorkdir: undefined,
    steps: [],
  };
}

const emptyStage: Omit<Stage, "name" | "line" | "from" | "isOnStage" | "platform" | "firstWorkdir" | "steps" | "args"> =
  {
    env: {},
    shell: defaultShell,
    workdir: "/",
    user: undefined,
    copied: [],
    hasRun: false,
    entrypoint: undefined,
    cmd: undefined,
    healthcheck: undefined,
    stopSignal: undefined,
    ports: [],
    volumes: [],
    labels: {},
  };

function platformOf(platform: string | undefined): string | undefined {
  return platform === undefined || platform.includes("$") ? undefined : platform;
}

/** A stage before, by its name or number. */
export function findStage({ stages }: Reading, name: string): Stage | undefined {
  return (
    stages.find((one) => one.name === builderName(name)) ?? (/^\d+$/u.test(name) ? stages[Number(name)] : undefined)
  );
}

/** A stage's name as a builder's. */
function builderName(name: string): string {
  const clean = name.toLowerCase().replaceAll(/[^a-z0-9_-]+/gu, "-");
  return clean === "context" || clean === "main" ? `${clean}-stage` : clean;
}

function givenMark(name: string): string | undefined {
  return given.has(name) ? argumentMark(name) : undefined;
}

function globalMark(reading: Reading, name: string): string {
  reading.args[name] ??= reading.globals[name] ?? "";
  return argumentMark(name);
}

/** Reads ARG before the first FROM. */
export function readGlobal(reading: Reading, { rest }: DockerInstruction): void {
  for (const [name, value] of argumentsOf(rest)) reading.globals[name] = value ?? "";
}

function argumentsOf(rest: string): readonly (readonly [name: string, value: string | undefined])[] {
  return plainWords(rest).map((word) => {
    const at = word.indexOf("=");
    return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
  });
}

/** What a name stands for in a stage. */
export function lookupIn(stage: Stage): Lookup {
  return (name) => stage.env[name] ?? stage.args[name];
}

const maxValue = 65_536;

type Handler = (reading: Reading, stage: Stage, instruction: DockerInstruction) => void;

/** What instructions set that are not steps. */
export const settings: Readonly<Record<string, Handler>> = {
  ARG(reading, stage, { rest }) {
    for (const [name, value] of argumentsOf(rest)) {
      if (given.has(name)) stage.args[name] = argumentMark(name);
      else {
        reading.args[name] ??= expand(value ?? reading.globals[name] ?? "", lookupIn(stage)).text;
        stage.args[name] = argumentMark(name);
      }
    }
  },
  ENV(reading, stage, { rest, line }) {
    const before = { ...stage.env };
    for (const [name, value] of readPairs(rest)) {
      const lookup: Lookup = (one) => before[one] ?? stage.args[one] ?? (one === "PATH" ? usualPath : undefined);
      const { text } = expand(value, lookup);
      // A value that doubles itself line by line has no end.
      if (text.length <= maxValue) stage.env[name] = text;
      else reading.leftOut.push({ line, what: name, reason: "its value is longer than 64 KiB" });
    }
  },
  WORKDIR(_reading, stage, { rest }) {
    const path = absolutePath(expand(plainWords(rest).join(" "), lookupIn(stage)).text, stage.workdir);
    stage.workdir = path.length > 1 ? path.replace(/\/$/u, "") : path;
    if (stage.steps.length === 0) stage.firstWorkdir = stage.workdir;
  },
  USER(_reading, stage, { rest, line }) {
    stage.user = { value: expand(rest.trim(), lookupIn(stage)).text, line };
  },
  SHELL(_reading, stage, { rest }) {
    stage.shell = readJsonWords(rest) ?? stage.shell;
  },
  ENTRYPOINT(_reading, stage, { rest, line }) {
    stage.entrypoint = { value: commandWords(stage, rest), line };
    // As Docker does: a command of an image before belongs to the entrypoint of that image.
    if (stage.cmd !== undefined && stage.cmd.line < stage.line) stage.cmd = undefined;
  },
  CMD(_reading, stage, { rest, line }) {
    stage.cmd = { value: commandWords(stage, rest), line };
  },
  EXPOSE(_reading, stage, { rest }) {
    const ports = plainWords(expand(rest, lookupIn(stage)).text).map((port) => port.replace(/\/tcp$/u, ""));
    stage.ports = [...new Set([...stage.ports, ...ports])];
  },
  VOLUME(_reading, stage, { rest }) {
    const paths = plainWords(rest).map((path) => absolutePath(expand(path, lookupIn(stage)).text, "/"));
    stage.volumes = [...new Set([...stage.volumes, ...paths])];
  },
  LABEL(_reading, stage, { rest }) {
    for (const [name, value] of readPairs(rest)) stage.labels[name] = expand(value, lookupIn(stage)).text;
  },
  MAINTAINER(_reading, stage, { rest }) {
    stage.labels["org.opencontainers.image.authors"] = rest.trim();
  },
  STOPSIGNAL(_reading, stage, { rest, line }) {
    stage.stopSignal = { value: expand(rest.trim(), lookupIn(stage)).text, line };
  },
  HEALTHCHECK(reading, stage, { rest, line, flags }) {
    if (/^NONE\b/iu.test(rest)) {
      stage.healthcheck = undefined;
      return;
    }
    const command = rest.replace(/^CMD\s*/iu, "");
    const times = flags.filter(([name]) => ["interval", "timeout", "start-period", "retries"].includes(name));
    for (const [name, value] of flags) {
      if (times.some(([known]) => known === name)) continue;
      reading.leftOut.push({ line, what: `--${name}=${value}`, reason: "a health check has no such setting" });
    }
    const options = Object.fromEntries(
      times.map(([name, value]) => [name, name === "retries" ? Number(value) : value]),
    );
    stage.healthcheck = { value: { ...probeOf(command, stage), ...options }, line };
  },
  ONBUILD(reading, _stage, { rest, line }) {
    reading.leftOut.push({ line, what: `ONBUILD ${rest}`, reason: "it is for images that are built on this one" });
  },
};

function commandWords(stage: Stage, rest: string): readonly string[] {
  return readJsonWords(rest) ?? shellWords(rest, stage.shell);
}

/** How a health check asks: a call of curl or wget needs neither them nor a shell. */
export function probeOf(command: string, { shell }: Pick<Stage, "shell">): { readonly [key: string]: SpecValue } {
  const words = readJsonWords(command);
  const text = words?.join(" ") ?? command;
  const address =
    /^\s*(?:curl|wget)\b[^|;&]*?["']?(?<address>https?:\/\/[^\s"'|;&$]+)["']?[^|;&$]*(?:\|\|\s*exit\s+1\s*)?$/u.exec(
      text,
    )?.groups?.["address"];
  if (address !== undefined) return { http: address };
  return { exec: words ?? shellWords(command.replace(/(?<!\s)\s*\|\|\s*exit\s+1\s*$/u, ""), shell) };
}
