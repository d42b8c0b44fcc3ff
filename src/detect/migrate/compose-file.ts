import { isRecord } from "../../formats/json/json-object.ts";
import type { SpecValue } from "../../spec/flow-text.ts";
import type { SpecKey } from "../candidate.ts";
import { type ComposeService, composeBuild, composeServices, composeWords, pairsOf } from "./compose-services.ts";
import { defaultShell, probeOf } from "./dockerfile-stages.ts";
import type { LeftOut, Migration, NoMigration } from "./migration.ts";
import { lineOfItem, lineOfKey, textOf } from "./yaml-file.ts";

/** Keys of a service that an engine, not an image, has. */
const engineKeys: Readonly<Record<string, string>> = {
  depends_on: "an image does not know others",
  env_file: "give it to docker run, as --env-file",
  networks: "give it to docker run, as --network",
  restart: "give it to docker run, as --restart",
  secrets: "give them to docker run, or to the orchestrator",
  configs: "write their files under files",
  volumes: "give them to docker run, as --volume",
};

/** A service of a Compose file as a spec. */
export function migrateCompose(text: string, wanted: string | undefined): Migration | NoMigration {
  const services = composeServices(text);
  const built = services.filter(([, service]) => service["build"] !== undefined);
  const named = services.find(([name]) => name === wanted);
  const [only, ...others] = built.length > 0 ? built : services;
  const chosen = wanted === undefined ? (others.length === 0 ? only : undefined) : named;
  if (chosen === undefined) {
    const names = services.map(([name]) => name).join(", ");
    return { reason: `it has the services ${names === "" ? "of none" : names}`, hint: "name one, as --service NAME" };
  }
  const [, service] = chosen;
  const from = fromOf(service);
  if (from === undefined) return { reason: "its service has no build and no image", hint: "add one of them" };
  const leftOut: LeftOut[] = Object.keys(service)
    .filter((key) => !known.has(key))
    .map((key) => ({
      line: lineOfKey(text, key),
      what: key,
      reason: engineKeys[key] ?? "an image has no such setting",
    }));
  const environment = service["environment"];
  const passed = Array.isArray(environment) ? environment.map(textOf).filter((one) => !one.includes("=")) : [];
  const reason = "give its value to docker run, as --env";
  leftOut.push(...passed.map((what) => ({ line: lineOfItem(text, what), what, reason })));
  const keys = [{ key: "from", value: from, because: `the service ${chosen[0]}` }, ...settingsOf(service)];
  return { keys, leftOut };
}

const known = new Set(
  "build image command entrypoint environment ports expose user working_dir healthcheck labels stop_signal platform".split(
    " ",
  ),
);

function fromOf(service: ComposeService): SpecValue | undefined {
  const build = composeBuild(service);
  if (build === undefined) return typeof service["image"] === "string" ? service["image"] : undefined;
  const { dockerfile, target, args } = build;
  return {
    dockerfile,
    ...(target === undefined ? {} : { target }),
    ...(Object.keys(args).length === 0 ? {} : { args }),
  };
}

function settingsOf(service: ComposeService): readonly SpecKey[] {
  const ports = listOf(service["ports"]).map((port) =>
    isRecord(port) ? textOf(port["target"]) : containerPort(textOf(port)),
  );
  const all = [...new Set([...ports, ...listOf(service["expose"]).map(textOf)])].filter((port) => port !== "");
  const env = pairsOf(service["environment"]);
  const labels = pairsOf(service["labels"]);
  const words = (name: string): readonly SpecKey[] => {
    const value = composeWords(service[name]);
    return value === undefined ? [] : [{ key: name === "command" ? "cmd" : name, value }];
  };
  const text = (name: string, key: string): readonly SpecKey[] =>
    service[name] === undefined ? [] : [{ key, value: textOf(service[name]) }];
  const probe = healthOf(service["healthcheck"]);
  return [
    ...words("entrypoint"),
    ...words("command"),
    ...(Object.keys(env).length === 0 ? [] : [{ key: "env", value: env }]),
    ...text("working_dir", "workdir"),
    ...text("user", "user"),
    ...(all.length === 0
      ? []
      : [{ key: "ports", value: all.map((port) => (/^\d+$/u.test(port) ? Number(port) : port)) }]),
    ...text("stop_signal", "stop-signal"),
    ...(probe === undefined ? [] : [{ key: "healthcheck", value: probe }]),
    ...(Object.keys(labels).length === 0 ? [] : [{ key: "labels", value: labels }]),
  ];
}

/** The last part of `8080:80`, without an address. */
function containerPort(text: string): string {
  return (
    text
      .replace(/\/tcp$/u, "")
      .split(":")
      .at(-1) ?? ""
  );
}

function healthOf(value: unknown): SpecValue | undefined {
  if (!isRecord(value) || value["disable"] === true) return undefined;
  const test = value["test"];
  const list = Array.isArray(test) ? test.map(textOf) : ["CMD-SHELL", textOf(test)];
  const [kind, ...words] = list;
  if (kind === "NONE") return undefined;
  const probe = probeOf(kind === "CMD" ? JSON.stringify(words) : words.join(" "), { shell: defaultShell });
  const times = { interval: "interval", timeout: "timeout", start_period: "start-period", retries: "retries" };
  const set = Object.entries(times).flatMap(([old, name]) => {
    const given = value[old];
    return given === undefined ? [] : [[name, typeof given === "number" ? given : textOf(given)] as const];
  });
  return { ...probe, ...Object.fromEntries(set) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
