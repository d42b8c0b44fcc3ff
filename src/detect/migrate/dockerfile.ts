import type { SpecValue } from "../../spec/flow-text.ts";
import type { SpecKey } from "../candidate.ts";
import { readInstructions } from "./dockerfile-instructions.ts";
import { beginStage, defaultShell, type Reading, readGlobal, type Stage, settings } from "./dockerfile-stages.ts";
import { readCopy, readRun } from "./dockerfile-steps.ts";
import type { ContextNames, LeftOut, Migration, NoMigration } from "./migration.ts";

/** What the caller knows of a Dockerfile. */
export interface DockerfileSource {
  readonly text: string;
  /** Its path, for a spec that has to name it. */
  readonly file: string;
  readonly names: ContextNames;
}

/** People write hundreds at most. */
const maxInstructions = 2000;

/** A Dockerfile as a spec: stages become builders, and the last one says what runs. */
export function migrateDockerfile({ text, file, names }: DockerfileSource): Migration | NoMigration {
  const reading: Reading = { stages: [], args: {}, globals: {}, leftOut: [], images: new Map() };
  let stage: Stage | undefined;
  const instructions = readInstructions(text);
  if (instructions.length > maxInstructions) {
    const reason = `it has more than ${String(maxInstructions)} instructions`;
    return { reason, hint: "adopt it, as from: { dockerfile: FILE } in a spec" };
  }
  for (const instruction of instructions) {
    const { word, line, rest } = instruction;
    const setting = settings[word];
    if (word === "FROM") {
      stage = beginStage(reading, instruction);
      reading.stages.push(stage);
    } else if (stage === undefined) {
      if (word === "ARG") readGlobal(reading, instruction);
      else return { reason: `line ${String(line)} stands before FROM`, hint: "begin the Dockerfile with FROM" };
    } else if (word === "RUN") readRun(reading, stage, instruction);
    else if (word === "COPY" || word === "ADD") readCopy(reading, stage, instruction);
    else if (setting === undefined)
      reading.leftOut.push({ line, what: `${word} ${rest}`, reason: "no instruction has this name" });
    else setting(reading, stage, instruction);
  }
  if (stage === undefined) return { reason: "it has no FROM", hint: "give a Dockerfile, as --from Dockerfile" };
  const isStarted = stage.entrypoint !== undefined || stage.cmd !== undefined;
  return isStarted ? migrateStages(reading, stage, names) : adopt(reading, stage, file);
}

/** What runs is said by an image that only a build sees: the Dockerfile itself stays the builder. */
function adopt({ leftOut }: Reading, stage: Stage, file: string): Migration {
  const because = `what runs is said by ${stage.from}, so the Dockerfile is built as it is`;
  const user = stage.user === undefined ? [] : [{ key: "user", value: stage.user.value }];
  return { keys: [{ key: "from", value: { dockerfile: file }, because }, ...user], leftOut };
}

function migrateStages(reading: Reading, last: Stage, names: ContextNames): Migration {
  const leftOut: LeftOut[] = [...reading.leftOut];
  const renamed = { ...last, name: "main" };
  const builders: Record<string, SpecValue> = {};
  for (const [image, name] of reading.images) builders[name] = { from: image };
  for (const stage of reading.stages) builders[stage === last ? "main" : stage.name] = builderOf(stage);
  const args = Object.keys(reading.args).length === 0 ? [] : [{ key: "args", value: reading.args, because: "ARG" }];
  return {
    keys: [
      ...args,
      { key: "builders", value: builders, because: "the stages; a file of them ships only if what runs needs it" },
      ...shippedKeys(renamed, names),
      ...processKeys(renamed),
      ...imageKeys(renamed),
    ],
    leftOut,
  };
}

function builderOf(stage: Stage): SpecValue {
  const env = { ...stage.args, ...stage.env };
  const isShellOwn = stage.shell.join(" ") !== defaultShell.join(" ");
  return {
    from: stage.from,
    ...(stage.platform === undefined ? {} : { platform: stage.platform }),
    ...(stage.firstWorkdir === undefined || stage.firstWorkdir === "/" ? {} : { workdir: stage.firstWorkdir }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(isShellOwn ? { shell: stage.shell } : {}),
    ...(stage.steps.length === 0 ? {} : { build: stage.steps }),
  };
}

/** The application's directory, and what was copied to other places. */
function shippedKeys(stage: Stage, names: ContextNames): readonly SpecKey[] {
  const { workdir, copied, hasRun } = stage;
  const isInside = (path: string): boolean => path === workdir || path.startsWith(`${workdir}/`);
  const hasApp = workdir !== "/" && (hasRun || copied.some(({ dest }) => isInside(dest.replace(/\/$/u, ""))));
  const owner = copied.find(
    ({ dest, chown }) => isInside(dest.replace(/\/$/u, "")) && /^\d+(?::\d+)?$/u.test(chown ?? ""),
  )?.chown;
  const isRoot = stage.user === undefined || ["root", "0"].includes(stage.user.value);
  const given = owner === undefined ? (isRoot ? "0:0" : undefined) : owner.includes(":") ? owner : `${owner}:${owner}`;
  const app = {
    from: "main",
    src: workdir,
    dest: workdir,
    ...(given === undefined ? {} : { owner: given }),
  };
  const program = stage.entrypoint?.value[0] ?? stage.cmd?.value[0];
  const outside = new Map<string, string>();
  for (const one of copied) {
    if (hasApp && isInside(one.dest.replace(/\/$/u, ""))) continue;
    for (const path of placesOf(one, names))
      if (!isNeeded(path, program)) outside.set(`${path}/**`, `line ${String(one.line)} copies it`);
  }
  const include = [...outside].map(([path, because]) => ({ path, because }));
  return [
    hasApp
      ? { key: "app", value: app, because: "the working directory" }
      : { key: "binaries", value: [program ?? ""], because: "what the last stage starts" },
    ...(include.length === 0 ? [] : [{ key: "closure", value: { include }, because: "files of other directories" }]),
  ];
}

/** Where copied files lie; a directory's entries are named where its place holds others, too. */
function placesOf({ from, src, dest }: Stage["copied"][number], names: ContextNames): readonly string[] {
  const target = dest.replace(/(?<=.)\/$/u, "");
  if (!dest.endsWith("/"))
    return dest === "/" && from === "context"
      ? src.flatMap((one) => names.namesIn(one).map((name) => `/${name}`))
      : [target];
  const base = target === "/" ? "" : target;
  return src.flatMap((one) => {
    const isDirectory = from === "context" ? names.isDirectory(one) : !/\.\w+$/u.test(one) && !shared.test(target);
    if (from === "archive" || (isDirectory && from !== "context")) return [target];
    if (isDirectory) return names.namesIn(one).map((name) => `${base}/${name}`);
    return [`${base}/${one.split("/").at(-1) ?? ""}`];
  });
}

/** Programs and installed packages: what runs needs some of them, and those ship by themselves. */
function isNeeded(path: string, program: string | undefined): boolean {
  const name = path.split("/").at(-1) ?? "";
  return path === program || name === program || installed.test(path);
}

const installed =
  /(?:^|\/)(?:\.?venv|virtualenv|site-packages|dist-packages|node_modules|bundle|\.local|\.cargo)$|^\/usr\/local(?:\/(?:bin|lib))?$|^\/opt\/(?:java|python|node)/u;

/** Directories that hold much of others. */
const shared = /^\/(?:$|(?:usr\/(?:local\/)?)?(?:bin|sbin|lib\w*|share|etc|include)$|etc$|opt$|var$|tmp$)/u;

function processKeys({ entrypoint, cmd, from }: Stage): readonly SpecKey[] {
  const because = `there is none in the Dockerfile; one of ${from} does not run`;
  return [
    entrypoint === undefined
      ? { key: "entrypoint", value: [], because }
      : { key: "entrypoint", value: entrypoint.value, because: `line ${String(entrypoint.line)}` },
    ...(cmd === undefined ? [] : [{ key: "cmd", value: cmd.value, because: `line ${String(cmd.line)}` }]),
  ];
}

function imageKeys(stage: Stage): readonly SpecKey[] {
  const { env, workdir, user, ports, volumes, stopSignal, healthcheck, labels } = stage;
  // PATH is what the image really has.
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => name !== "PATH"));
  const numbers = ports.map((port): SpecValue => (/^\d+$/u.test(port) ? Number(port) : port));
  return [
    ...(Object.keys(kept).length === 0 ? [] : [{ key: "env", value: kept, because: "ENV" }]),
    { key: "workdir", value: workdir },
    user === undefined
      ? { key: "user", value: "root", because: "the Dockerfile names none; without this line it is nonroot" }
      : { key: "user", value: user.value, because: `line ${String(user.line)}` },
    ...(ports.length === 0 ? [] : [{ key: "ports", value: numbers, because: "EXPOSE" }]),
    ...(volumes.length === 0 ? [] : [{ key: "volumes", value: volumes, because: "VOLUME" }]),
    ...(stopSignal === undefined
      ? []
      : [{ key: "stop-signal", value: stopSignal.value, because: `line ${String(stopSignal.line)}` }]),
    ...(healthcheck === undefined
      ? []
      : [{ key: "healthcheck", value: healthcheck.value, because: `line ${String(healthcheck.line)}` }]),
    ...(Object.keys(labels).length === 0 ? [] : [{ key: "labels", value: labels, because: "LABEL" }]),
  ];
}
