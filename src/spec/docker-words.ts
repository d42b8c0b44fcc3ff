import type { Fix } from "../diagnostics/diagnostic.ts";
import { splitShellWords } from "../formats/text/shell-words.ts";
import { flowText, type SpecValue, specValue } from "./flow-text.ts";
import { type MapNode, nodeAt, type Path, type SpecNode, textAt } from "./node.ts";

/** The line of a spec that says what is written in the words of a Dockerfile or of Compose. */
export interface PithWords {
  /** As `cmd: [app.py]`. */
  readonly line: string;
  /** Undefined where another line of the spec has to change as well. */
  readonly fix?: Fix;
}

/** One line of a spec. */
interface Line {
  readonly key: string;
  readonly value: SpecValue;
}

type Translate = (value: SpecNode, tree: MapNode) => Line | undefined;

/** Finds what a wrong key, or a value of a wrong type, says in other words; undefined: it is another mistake. */
export function findPithWords(tree: MapNode, path: Path): PithWords | undefined {
  // Compose has the command of a health check in `test`.
  if (path.length === 2 && path[0] === "healthcheck" && path[1] === "test") return findPithWords(tree, ["healthcheck"]);
  const key = path.at(-1);
  const parent = nodeAt(tree, path.slice(0, -1));
  if (parent?.kind !== "map" || typeof key !== "string") return undefined;
  const entry = parent.entries.get(key);
  if (entry === undefined) return undefined;
  const isStep = path.length > 1 && typeof path.at(-2) === "number";
  const table = path.length === 1 ? keys : isStep ? steps : {};
  const name = key.toLowerCase();
  const line = Object.hasOwn(table, name) ? table[name]?.(entry.value, tree) : undefined;
  if (line === undefined) return undefined;
  const text = `${line.key}: ${flowText(line.value)}`;
  if (line.key === key && text === `${key}: ${flowText(specValue(entry.value))}`) return undefined;
  // The key may stand somewhere else already.
  if (line.key !== key && parent.entries.has(line.key)) return { line: text };
  const { file, start } = entry.keySpan;
  const { end } = entry.value.kind === "scalar" && entry.value.source === "" ? entry.keySpan : entry.value.span;
  return { line: text, fix: { span: { file, start, end }, text } };
}

const keys: Readonly<Record<string, Translate>> = {
  cmd: (value, tree) => command("cmd", value, tree),
  command: (value, tree) => command("cmd", value, tree),
  entrypoint: (value, tree) => command("entrypoint", value, tree),
  from: (value) => renamed("from", value),
  workdir: (value) => renamed("workdir", value),
  run: (value) => list("build", textsOf(value)),
  expose: (value) => list("ports", portsOf(value)),
  port: (value) => list("ports", portsOf(value)),
  ports: (value) => list("ports", portsOf(value)),
  packages: (value) => list("packages", packagesOf(value)),
  copy: (value, tree) => copied(value, tree),
  add: (value, tree) => copied(value, tree),
  env: (value) => map("env", value),
  environment: (value) => map("env", value),
  args: (value) => map("args", value),
  arg: (value) => map("args", value),
  label: (value) => map("labels", value),
  labels: (value) => map("labels", value),
  image: (value) => renamed("from", value),
  working_dir: (value) => renamed("workdir", value),
  stopsignal: (value) => renamed("stop-signal", value),
  stop_signal: (value) => renamed("stop-signal", value),
  volume: (value) => list("volumes", wordsOf(value)),
  volumes: (value) => list("volumes", mountPointsOf(value)),
  files: (value) => files(value),
  user: (value) => user(value),
  healthcheck: (value) => healthcheck(value),
  stages: (value) => (value.kind === "map" ? { key: "builders", value: specValue(value) } : undefined),
  binaries: (value) => list("binaries", wordsOf(value)),
  interpreter: (value) => onlyWord("interpreter", value),
  builders: (value) => onlyBuilder(value),
  closure: (value, tree) => level(value, tree),
};

/** Keys of a step. */
const steps: Readonly<Record<string, Translate>> = {
  copy: (value) => copyStep(value),
  add: (value) => copyStep(value),
  secret: (value) => mounted({ type: "secret" }, "id", value),
  secrets: (value) => mounted({ type: "secret" }, "id", value),
  cache: (value) => mounted({ type: "cache" }, "target", value),
  mount: (value) => (value.kind === "map" ? { key: "mounts", value: [specValue(value)] } : undefined),
};

/** A command is a list; what the interpreter is named for is its entrypoint already. */
function command(key: string, value: SpecNode, tree: MapNode): Line | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const words = splitShellWords(text.replace(/^exec /u, ""));
  if (words === undefined || words.length === 0) return { key, value: ["/bin/sh", "-c", text] };
  const interpreter = textAt(tree, ["interpreter"]) ?? textAt(tree, ["interpreter", "path"]);
  const isEntrypoint = key === "cmd" && interpreter !== undefined && !tree.entries.has("entrypoint");
  const [first = ""] = words;
  return { key, value: isEntrypoint && programName(first) === programName(interpreter) ? words.slice(1) : words };
}

/** `python3.13`, `/usr/bin/python3` and `python` are one program. */
function programName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/[\d.]+$/u, "");
}

/** Files of the build context that the image shall have are the application; else a step of the builder copies them. */
function copied(value: SpecNode, tree: MapNode): Line | undefined {
  const words = wordsOf(value);
  const [src, dest] = words ?? [];
  if (words === undefined || src === undefined || dest === undefined) return undefined;
  if (words.length === 2 && !tree.entries.has("app") && dest.startsWith("/") && isPlainPath(src)) {
    return {
      key: "app",
      value: src === "." ? { src, dest: withoutSlash(dest) } : { src: withoutSlash(src), dest: withoutSlash(dest) },
    };
  }
  const step = copyStep(value);
  return step === undefined ? undefined : { key: "build", value: [{ [step.key]: step.value }] };
}

function isPlainPath(path: string): boolean {
  return !/[*?[]/u.test(path) && !/\.\w+$/u.test(path.replace(/^\.$/u, ""));
}

function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/$/u, "") : path;
}

function copyStep(value: SpecNode): Line | undefined {
  const words = wordsOf(value) ?? [];
  const options = new Map(words.filter((word) => word.startsWith("--")).map((word) => optionOf(word)));
  const paths = words.filter((word) => !word.startsWith("--"));
  const dest = paths.at(-1);
  if (paths.length < 2 || dest === undefined) return undefined;
  const known = ["from", "chown", "chmod"].flatMap((name) => {
    const text = options.get(name);
    return text === undefined ? [] : [[name, text] as const];
  });
  return { key: "copy", value: { ...Object.fromEntries(known), src: paths.slice(0, -1), dest } };
}

function optionOf(word: string): readonly [name: string, value: string] {
  const [name = "", value = ""] = word.slice(2).split("=");
  return [name, value];
}

/** `[A=1]`, `A=1` and `A=1 B=2` as a map. */
function map(key: string, value: SpecNode): Line | undefined {
  if (value.kind === "map") {
    const texts = [...value.entries].map(([name, entry]) => [name, textOf(entry.value) ?? ""] as const);
    return { key, value: Object.fromEntries(texts) };
  }
  const words = value.kind === "list" ? textsOf(value) : wordsOf(value);
  const pairs = words?.map((word) => /^(?<name>[\w.-]+)(?:=(?<text>[^]*))?$/u.exec(word)?.groups);
  if (pairs === undefined || pairs.length === 0) return undefined;
  const entries = pairs.map((pair) => [pair?.["name"] ?? "", pair?.["text"] ?? ""] as const);
  return entries.some(([name]) => name === "") ? undefined : { key, value: Object.fromEntries(entries) };
}

/** `curl -f URL || exit 1` asks what `http` asks; other commands are words. */
function healthcheck(value: SpecNode): Line | undefined {
  const test = value.kind === "map" ? value.entries.get("test")?.value : value;
  if (test === undefined) return undefined;
  const asked = askedBy(test);
  return asked === undefined ? undefined : { key: "healthcheck", value: { ...asked, ...timesOf(value) } };
}

/** How often is asked, in the words of Compose. */
function timesOf(value: SpecNode): Readonly<Record<string, SpecValue>> {
  if (value.kind !== "map") return {};
  const names = { interval: "interval", timeout: "timeout", retries: "retries", start_period: "start-period" };
  const times = Object.entries(names).map(([theirs, ours]) => [ours, value.entries.get(theirs)?.value] as const);
  return Object.fromEntries(times.flatMap(([name, time]) => (time === undefined ? [] : [[name, specValue(time)]])));
}

function askedBy(test: SpecNode): Readonly<Record<string, SpecValue>> | undefined {
  const texts = textsOf(test);
  const text = texts
    ?.filter((word) => !/^CMD(?:-SHELL)?$/u.test(word))
    .join(" ")
    .replace(/^CMD /u, "");
  if (text === undefined || text === "") return undefined;
  const url = /\b(?:curl|wget)\b.*?(?<url>https?:\/\/[^\s"'|;]+)/u.exec(text)?.groups?.["url"];
  if (url !== undefined) return { http: url };
  const words = splitShellWords(text.replace(/(?<!\s)\s*\|\|\s*exit \d+\s*$/u, ""));
  return words === undefined || words.length === 0 ? undefined : { exec: words };
}

function renamed(key: string, value: SpecNode): Line | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : { key, value: text };
}

function list(key: string, values: readonly SpecValue[] | undefined): Line | undefined {
  return values === undefined || values.length === 0 ? undefined : { key, value: values };
}

function portsOf(value: SpecNode): readonly SpecValue[] | undefined {
  const words = value.kind === "list" ? textsOf(value) : wordsOf(value);
  // The port of the host, in front, is for whoever runs the image.
  const ports = words?.map((word) => word.slice(word.lastIndexOf(":") + 1));
  if (ports?.every((port) => /^\d{1,5}(?:\/(?:tcp|udp|sctp))?$/u.test(port)) !== true) return undefined;
  return ports.map((port) => (/^\d+$/u.test(port) ? Number(port) : port));
}

/** `apt-get install -y curl` names one package. */
function packagesOf(value: SpecNode): readonly string[] | undefined {
  const words = (value.kind === "list" ? textsOf(value) : wordsOf(value))?.flatMap((word) => word.split(/\s+/u));
  const installed = words?.filter((word) => !/^(?:sudo|apt|apt-get|apk|dnf|yum|microdnf|install|add|-.*)$/u.test(word));
  return installed?.length === 0 ? undefined : installed;
}

/** Of `./data:/data:ro`, the directory of the image; the host's is for whoever runs it. */
function mountPointsOf(value: SpecNode): readonly string[] | undefined {
  const words =
    value.kind === "map"
      ? [...value.entries.values()].map((entry) => textOf(entry.value) ?? "")
      : value.kind === "list"
        ? textsOf(value)
        : wordsOf(value);
  const paths = words?.map((word) =>
    word.split(":").find((part, at) => part.startsWith("/") && (at > 0 || !word.includes(":/"))),
  );
  return paths?.every((path) => path !== undefined) === true ? paths : undefined;
}

/** A file of the build context and its path in the image: as a list, as `FROM:TO`, or the wrong way round. */
function files(value: SpecNode): Line | undefined {
  if (value.kind === "map") {
    const swapped = [...value.entries].map(([src, entry]) => [textOf(entry.value) ?? "", src] as const);
    return filesLine(swapped);
  }
  const pairs = textsOf(value)?.map((text) => {
    const [src = "", dest = `/PATH/${src.slice(src.lastIndexOf("/") + 1)}`] = text.split(":");
    return [dest, src] as const;
  });
  return pairs === undefined ? undefined : filesLine(pairs);
}

function filesLine(pairs: readonly (readonly [dest: string, src: string])[]): Line | undefined {
  const isPossible =
    pairs.length > 0 && pairs.every(([dest, src]) => dest.startsWith("/") && src !== "" && !src.startsWith("/"));
  if (!isPossible) return undefined;
  return { key: "files", value: Object.fromEntries(pairs.map(([dest, src]) => [dest, { from: "context", src }])) };
}

/** `{uid: 1000, gid: 1000}` and 1000 as a text. */
function user(value: SpecNode): Line | undefined {
  if (value.kind === "scalar") return value.value === null ? undefined : { key: "user", value: value.source };
  if (value.kind === "list") return undefined;
  const [uid, gid] = ["uid", "gid"].map((name) => value.entries.get(name)?.value).map((one) => one && textOf(one));
  return uid === undefined ? undefined : { key: "user", value: `${uid}:${gid ?? uid}` };
}

/** `[python3]`: a list of one. */
function onlyWord(key: string, value: SpecNode): Line | undefined {
  const words = value.kind === "list" ? textsOf(value) : undefined;
  const [word] = words ?? [];
  return words?.length === 1 && word !== undefined ? { key, value: word } : undefined;
}

/** A list of one builder, which needs no name of its own. */
function onlyBuilder(value: SpecNode): Line | undefined {
  const [only, ...others] = value.kind === "list" ? value.entries : [];
  return only?.kind === "map" && others.length === 0
    ? { key: "builders", value: { main: specValue(only) } }
    : undefined;
}

/** A level stands at the part that it is for. */
function level(value: SpecNode, tree: MapNode): Line | undefined {
  const text = textOf(value);
  const app = nodeAt(tree, ["app"]);
  if (text === undefined || !/^(?:safe|reachable|none)$/u.test(text) || app === undefined) return undefined;
  const fields: Readonly<Record<string, SpecValue>> =
    app.kind === "map"
      ? Object.fromEntries([...app.entries].map(([name, entry]) => [name, specValue(entry.value)]))
      : { src: textOf(app) ?? "." };
  return { key: "app", value: { ...fields, prune: text } };
}

/** Words that a step of a Dockerfile has in `--mount`. */
function mounted(mount: Readonly<Record<string, string>>, name: string, value: SpecNode): Line | undefined {
  const words = wordsOf(value);
  if (words === undefined || words.length === 0) return undefined;
  return { key: "mounts", value: words.map((word) => ({ ...mount, [name]: word })) };
}

/** Keys of Compose that say how an image is run. */
const composeKeys = new Set(
  "cap_add cap_drop container_name depends_on deploy devices dns extra_hosts hostname init logging mem_limit networks pid platform privileged pull_policy read_only restart secrets security_opt shm_size sysctls tmpfs tty ulimits".split(
    " ",
  ),
);

/** What to do with a key of Compose that no image has. */
export function composeHint(key: string): string | undefined {
  if (key === "services")
    return "keep the Compose file, with build: {dockerfile: pith.yaml}, and write the spec beside it";
  if (key === "target") return "remove it, and build with --target, such as --target small";
  if (key === "network") return "remove it: a step has network of its own, and docker run has --network";
  if (key === "platform") return "remove it, and build with --platform, such as --platform linux/arm64";
  return composeKeys.has(key) ? "remove it: it says how the image is run, and stands in the Compose file" : undefined;
}

function wordsOf(value: SpecNode): readonly string[] | undefined {
  const text = textOf(value);
  return text === undefined ? textsOf(value) : splitShellWords(text.replace(/ - /gu, " "));
}

function textsOf(value: SpecNode): readonly string[] | undefined {
  if (value.kind === "map") return undefined;
  if (value.kind === "scalar")
    return value.value === null ? undefined : [value.source === "" ? "" : String(value.value)];
  const texts = value.entries.map((entry) =>
    entry.kind === "scalar" && entry.value !== null ? String(entry.value) : undefined,
  );
  const known = texts.filter((text) => text !== undefined);
  return known.length === texts.length ? known : undefined;
}

function textOf(value: SpecNode): string | undefined {
  return value.kind === "scalar" && value.value !== null ? String(value.value) : undefined;
}
