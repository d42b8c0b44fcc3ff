import type { StatedRun } from "../closure/model/request.ts";
import {
  type ComposeService,
  composeBuild,
  composeServices,
  composeWords,
  pairsOf,
} from "../detect/migrate/compose-services.ts";
import { textOf } from "../detect/migrate/yaml-file.ts";
import { isRecord } from "../formats/json/json-object.ts";
import { latin1 } from "../formats/text/latin1.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";
import { guardText } from "../spec/guard.ts";

/** The names that Compose looks for, beside the spec. */
export const composeFileNames: readonly string[] = ["compose", "docker-compose"].flatMap((name) =>
  ["", ".override"].flatMap((kind) => ["yaml", "yml"].map((ending) => `${name}${kind}.${ending}`)),
);

/** What Compose reads and a spec has not. The guard ends at so many findings, and what follows is not seen. */
const ofCompose: ReadonlySet<string> = new Set(["SPEC_ALIAS", "SPEC_KEY", "SPEC_TAG"]);
const mostRefused = 20;
/** Services of one file that are read. */
const maxServices = 100;
/** How often one service may take what another has. */
const maxExtends = 8;

/**
 * How services of Compose files run the image of a spec: those that build it, and those that take the image of such a
 * service. A file that names the spec and cannot be read is one of its own. Values of the machine, `${NAME}`, are not
 * known: a variable with one is left out, and of a command it stays as it is written.
 */
export function composeRuns(
  files: ReadonlyMap<string, Uint8Array>,
  { specName, target }: { readonly specName: string; readonly target: string | undefined },
): readonly StatedRun[] {
  const runs: StatedRun[] = [];
  const images = new Set<string>();
  const all = composeFileNames.flatMap((file) => {
    const bytes = files.get(file);
    const text = bytes === undefined ? "" : safeText(file, bytes);
    if (text === undefined && bytes !== undefined && latin1(bytes).includes(specName))
      runs.push({ by: file, env: {}, isUnread: true });
    const services = composeServices(text ?? "").slice(0, maxServices);
    const byName = new Map(services);
    return services.map(([name, own]) => ({ file, name, service: whole(own, byName) }));
  });
  const builds = all.map(({ service }) => composeBuild(service)).filter((build) => build?.dockerfile === specName);
  // A report is about the image that the services without a target build.
  const wanted = builds.some((build) => build?.target === target) ? target : undefined;
  const isBuilt = (service: ComposeService): boolean => {
    const build = composeBuild(service);
    return build?.dockerfile === specName && build.target === wanted;
  };
  for (const { service } of all) {
    const image = textOf(service["image"]);
    if (isBuilt(service) && image !== "") images.add(image);
  }
  // An override says how a service of another file runs that builds the image.
  const names = new Set(all.flatMap(({ name, service }) => (isBuilt(service) ? [name] : [])));
  for (const { file, name, service } of all) {
    const isOther = composeBuild(service) !== undefined && !isBuilt(service);
    if (isOther || !(names.has(name) || images.has(textOf(service["image"])))) continue;
    const run = runOf(service, `the service ${name} in ${file}`);
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

/** A text that is safe to parse: a Compose file may have what a spec has not, a few anchors, aliases and tags. */
function safeText(file: string, bytes: Uint8Array): string | undefined {
  const found = guardText(file, bytes).diagnostics.filter(({ severity }) => severity === "error");
  const isSafe = found.length < mostRefused && found.every(({ code }) => ofCompose.has(code));
  return isSafe ? new TextDecoder().decode(bytes) : undefined;
}

/** A service with what it takes from others of its file: `extends: {service: web}`. */
function whole(service: ComposeService, others: ReadonlyMap<string, ComposeService>, depth = 0): ComposeService {
  const { extends: given } = service;
  const name = isRecord(given) && given["file"] === undefined ? textOf(given["service"]) : textOf(given);
  const other = others.get(name);
  if (other === undefined || depth >= maxExtends) return service;
  const base = whole(other, others, depth + 1);
  const environment = { ...pairsOf(base["environment"]), ...pairsOf(service["environment"]) };
  return { ...base, ...service, environment };
}

/** How a service runs its image; undefined where that is as the image says itself. */
function runOf(service: ComposeService, by: string): StatedRun | undefined {
  const entrypoint = known(composeWords(service["entrypoint"]));
  const cmd = known(composeWords(service["command"]));
  const variables = Object.entries(pairsOf(service["environment"])).map(
    ([name, value]) => [name, withDefaults(value)] as const,
  );
  const env = Object.fromEntries(variables.filter(([, value]) => !isOfMachine(value)));
  const workdir = withDefaults(textOf(service["working_dir"]));
  const check = checkOf(service["healthcheck"]);
  const run: StatedRun = {
    by,
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(cmd === undefined ? {} : { cmd }),
    env,
    ...(workdir.startsWith("/") && !isOfMachine(workdir) ? { workdir: toAbsPath(workdir) } : {}),
    ...(check === undefined ? {} : { check }),
  };
  const isPlain = Object.keys(run).length === 2 && Object.keys(env).length === 0;
  return isPlain ? undefined : run;
}

function checkOf(value: unknown): readonly string[] | undefined {
  if (!isRecord(value) || value["disable"] === true || value["test"] === undefined) return undefined;
  const { test } = value;
  const [kind = "", ...words] = Array.isArray(test) ? test.map(textOf) : ["CMD-SHELL", textOf(test)];
  if (kind === "NONE" || words.length === 0) return undefined;
  const args = kind === "CMD" ? words : ["/bin/sh", "-c", ...words];
  return args.map(withDefaults);
}

function known(words: readonly string[] | undefined): readonly string[] | undefined {
  return words?.map(withDefaults);
}

/** `${NAME:-text}` is the text unless the machine says otherwise, and `$$` is a dollar. */
function withDefaults(text: string): string {
  return text.replaceAll(/\$\$|\$\{\w{1,100}:?-([^${}]{0,1000})\}/gu, (sign, value: string | undefined) =>
    sign === "$$" ? "$" : (value ?? ""),
  );
}

/** True for a text that has a value of the machine. */
function isOfMachine(text: string): boolean {
  return /\$\{?\w/u.test(text);
}
