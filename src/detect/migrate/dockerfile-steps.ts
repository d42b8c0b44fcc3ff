import type { SpecValue } from "../../spec/flow-text.ts";
import type { DockerInstruction } from "./dockerfile-instructions.ts";
import { findStage, lookupIn, type Reading, type Stage } from "./dockerfile-stages.ts";
import { absolutePath, expand, plainWords, readJsonWords } from "./dockerfile-words.ts";

/** Adds what RUN does to a stage. */
export function readRun(reading: Reading, stage: Stage, instruction: DockerInstruction): void {
  const { rest, flags, line, documents } = instruction;
  const mounts: SpecValue[] = [];
  let network: string | undefined;
  for (const [name, value] of flags) {
    const mount = name === "mount" ? readMount(reading, stage, value) : undefined;
    if (mount !== undefined) mounts.push(mount);
    else if (name === "network") network = value;
    else reading.leftOut.push({ line, what: `--${name}=${value}`, reason: "a step has no such setting" });
  }
  const words = documents.length === 0 ? readJsonWords(rest) : undefined;
  stage.hasRun = true;
  addStep(stage, {
    run: words ?? scriptOf(rest, documents),
    ...(network === undefined ? {} : { network }),
    ...(mounts.length === 0 ? {} : { mounts }),
  });
}

/** The text for a shell: of a here document that stands alone, its lines. */
function scriptOf(rest: string, documents: DockerInstruction["documents"]): string {
  const [first] = documents;
  if (first === undefined) return rest;
  const isAlone = /^<<-?\s*["']?\w+["']?\s*$/u.test(rest);
  if (isAlone && !first.text.startsWith("#!")) return first.text.trimEnd();
  const program = isAlone ? (/^#!\s*(?<program>[^\n]+)/u.exec(first.text)?.groups?.["program"] ?? "sh") : "";
  const command = isAlone ? `${program} - <<'${first.name}'` : rest;
  return [command, ...documents.map(({ name, text }) => `${text}${name}`)].join("\n");
}

/** A step, with what differs from the builder's own settings. */
function addStep(stage: Stage, step: { readonly [key: string]: SpecValue }): void {
  stage.firstWorkdir ??= stage.workdir;
  const workdir = stage.workdir === stage.firstWorkdir ? {} : { workdir: stage.workdir };
  const user = stage.user === undefined || ["root", "0"].includes(stage.user.value) ? {} : { user: stage.user.value };
  const settings = { ...workdir, ...user };
  const isBare = Object.keys(step).length === 1 && Object.keys(settings).length === 0;
  const { run } = step;
  stage.steps.push(isBare && typeof run === "string" && !run.includes("\n") ? run : { ...step, ...settings });
}

function readMount(reading: Reading, stage: Stage, text: string): SpecValue | undefined {
  const words = Object.fromEntries(
    text.split(",").map((word): readonly [string, string] => {
      const at = word.indexOf("=");
      const value = at === -1 ? "true" : expand(word.slice(at + 1), lookupIn(stage)).text;
      return [at === -1 ? word : word.slice(0, at), value];
    }),
  );
  const type = words["type"] ?? "bind";
  const target = words["target"] ?? words["dst"] ?? words["destination"];
  const at = target === undefined ? {} : { target: absolutePath(target, stage.workdir) };
  const pick = (...names: readonly string[]): { readonly [key: string]: SpecValue } =>
    Object.fromEntries(names.flatMap((name) => (words[name] === undefined ? [] : [[name, words[name]]])));
  const isRequired = words["required"] === "true" ? { required: true } : {};
  switch (type) {
    case "cache":
      return { type, ...at, ...pick("id", "sharing") };
    case "secret":
      return {
        type,
        id: words["id"] ?? target?.split("/").at(-1) ?? "secret",
        ...at,
        ...pick("env", "mode"),
        ...isRequired,
      };
    case "ssh":
      return { type, ...pick("id"), ...isRequired };
    case "tmpfs":
      return { type, ...at, ...pick("size") };
    case "bind": {
      const from = words["from"] === undefined ? {} : { from: builderOf(reading, words["from"]) };
      const source = words["source"] ?? words["src"];
      return { type, ...from, ...(source === undefined ? {} : { source: absolutePath(source, "/") }), ...at };
    }
    default:
      return undefined;
  }
}

/** The builder of a stage or image that files come from. */
function builderOf(reading: Reading, name: string): string {
  const stage = findStage(reading, name);
  if (stage !== undefined) return stage.name;
  const known = reading.images.get(name);
  if (known !== undefined) return known;
  const base = name
    .replace(/^.*\//u, "")
    .replace(/[:@].*$/u, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/gu, "-");
  const taken = new Set([...reading.images.values(), ...reading.stages.map((one) => one.name), "main", "context"]);
  const builder = taken.has(base) ? `${base}-image` : base;
  reading.images.set(name, builder);
  return builder;
}

/** Adds what COPY and ADD do to a stage. */
export function readCopy(reading: Reading, stage: Stage, instruction: DockerInstruction): void {
  const { flags, line, documents, word } = instruction;
  const flag = (name: string): string | undefined => flags.find(([one]) => one === name)?.[1];
  for (const [name] of flags) {
    if (["from", "chown", "chmod", "link", "exclude"].includes(name)) continue;
    reading.leftOut.push({ line, what: `--${name}`, reason: "a copy has no such setting" });
  }
  const words = plainWords(instruction.rest).map((one) => expand(one, lookupIn(stage)).text);
  const dest = absolutePath(words.at(-1) ?? ".", stage.workdir);
  const sources = words.slice(0, -1);
  for (const { name, text } of documents) {
    const target = dest.endsWith("/") ? `${dest}${name}` : dest;
    addStep(stage, { run: `mkdir -p ${parentOf(target)} && cat > ${target} <<'${name}'\n${text}${name}` });
    stage.copied = [...stage.copied, { line, from: "context", src: [name], dest: target, chown: flag("chown") }];
  }
  const remote = sources.filter((one) => /^(?:https?|git|ssh):|^git@/u.test(one));
  for (const one of remote) {
    const reason = "add a step that loads it, with curl or wget of the builder";
    reading.leftOut.push({ line, what: `${word} ${one}`, reason });
  }
  const files = sources.filter((one) => !remote.includes(one) && !one.startsWith("<<"));
  const archives = word === "ADD" ? files.filter((one) => /\.(?:tar|tgz|tar\.\w+|tbz2?|txz)$/u.test(one)) : [];
  const copied = files.filter((one) => !archives.includes(one));
  const exclude = flags.filter(([name]) => name === "exclude").map(([, value]) => value);
  const from = flag("from") === undefined ? undefined : builderOf(reading, flag("from") ?? "");
  const chown = flag("chown") === undefined ? undefined : expand(flag("chown") ?? "", lookupIn(stage)).text;
  const chmod = flag("chmod");
  if (copied.length > 0) {
    const src = copied.map((one) =>
      from === undefined ? contextPath(one) : absolutePath(one, "/").replace(/(?<=.)\/$/u, ""),
    );
    stage.steps.push({
      copy: {
        ...(from === undefined ? {} : { from }),
        src,
        dest,
        ...(chown === undefined ? {} : { chown }),
        ...(chmod === undefined ? {} : { chmod }),
        ...(exclude.length === 0 ? {} : { exclude }),
      },
    });
    stage.copied = [...stage.copied, { line, from: from ?? "context", src, dest, chown }];
  }
  for (const archive of archives) {
    const at = `/tmp/${archive.split("/").at(-1) ?? ""}`;
    stage.steps.push({ copy: { src: [contextPath(archive)], dest: at } });
    addStep(stage, { run: `mkdir -p ${dest} && tar -xf ${at} -C ${dest} && rm ${at}` });
    stage.copied = [...stage.copied, { line, from: "archive", src: [archive], dest, chown }];
  }
}

function contextPath(path: string): string {
  return path.replace(/^(?:\.?\/)+/u, "").replace(/\/$/u, "") || ".";
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
