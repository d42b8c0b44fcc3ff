import { fieldOf, isRecord } from "../../formats/json/json-object.ts";
import { splitShellWords } from "../../formats/text/shell-words.ts";
import type { SpecValue } from "../../spec/flow-text.ts";
import type { SpecKey } from "../candidate.ts";
import type { LeftOut, Migration, NoMigration } from "./migration.ts";
import { lineOfKey, readYaml, textOf } from "./yaml-file.ts";

const kept = new Set(
  "contents entrypoint cmd environment accounts work-dir paths volumes annotations stop-signal".split(" "),
);

/** A file of apko as a spec: its packages come from an image of the same distribution. */
export function migrateApko(text: string): Migration | NoMigration {
  const file = readYaml(text) ?? {};
  const contents = fieldOf(file, "contents");
  const packages = texts(contents["packages"]);
  const entrypoint = commandOf(file["entrypoint"]);
  const cmd = commandOf(file["cmd"]);
  if (entrypoint.length === 0 && cmd.length === 0) {
    return { reason: "it names no entrypoint and no cmd", hint: "add entrypoint: { command: PROGRAM }" };
  }
  const leftOut: LeftOut[] = Object.keys(file)
    .filter((key) => !kept.has(key))
    .map((key) => ({ line: lineOfKey(text, key), what: key, reason: left[key] ?? "a spec has no such key" }));
  const repositories = texts(contents["repositories"]);
  const base = baseOf(repositories);
  const keys: readonly SpecKey[] = [
    { key: "from", value: base, because: `its packages are those of ${repositories[0] ?? "the distribution"}` },
    // What every root of apk has is not installed again.
    { key: "packages", value: packages.filter((name) => !/^(?:alpine|wolfi)-base(?:layout)?$/u.test(name)) },
    { key: "entrypoint", value: entrypoint },
    ...(cmd.length === 0 ? [] : [{ key: "cmd", value: cmd }]),
    ...settingsOf(file),
  ];
  return { keys, leftOut };
}

const left: Readonly<Record<string, string>> = {
  archs: "give them to the build, as --platform",
  include: "write what the other file says here",
};

function baseOf(repositories: readonly string[]): string {
  const address = repositories.join(" ");
  const release = /\/alpine\/(?:v(?<version>[\d.]+)|edge)\//u.exec(address);
  if (release !== null) return `alpine:${release.groups?.["version"] ?? "edge"}`;
  return address.includes("wolfi") ? "cgr.dev/chainguard/wolfi-base" : "alpine:3";
}

function settingsOf(file: Readonly<Record<string, unknown>>): readonly SpecKey[] {
  const accounts = fieldOf(file, "accounts");
  const users = records(accounts["users"]).map((user) => ({
    name: textOf(user["username"]),
    uid: Number(user["uid"]),
    ...(user["gid"] === undefined ? {} : { gid: Number(user["gid"]) }),
  }));
  const groups = records(accounts["groups"]).map((group) => ({
    name: textOf(group["groupname"]),
    gid: Number(group["gid"]),
  }));
  const runAs = textOf(accounts["run-as"]);
  const env = Object.fromEntries(
    Object.entries(fieldOf(file, "environment")).map(([name, value]) => [name, textOf(value)]),
  );
  const annotations = Object.entries(fieldOf(file, "annotations")).map(
    ([name, value]) => [name, textOf(value)] as const,
  );
  const listed: readonly (readonly [key: string, value: SpecValue])[] = [
    ["env", Object.fromEntries(Object.entries(env).filter(([name]) => name !== "PATH"))],
    ["accounts", { ...(users.length === 0 ? {} : { users }), ...(groups.length === 0 ? {} : { groups }) }],
    ["files", Object.fromEntries(records(file["paths"]).map((one) => [textOf(one["path"]), fileOf(one)]))],
    ["volumes", texts(file["volumes"])],
    ["annotations", Object.fromEntries(annotations)],
  ];
  const single = [
    ["workdir", textOf(file["work-dir"])],
    ["user", runAs],
    ["stop-signal", textOf(file["stop-signal"])],
  ] as const;
  return [
    ...listed.filter(([, value]) => Object.keys(value).length > 0).map(([key, value]) => ({ key, value })),
    ...single.filter(([, value]) => value !== "").map(([key, value]) => ({ key, value })),
  ];
}

function fileOf(one: Readonly<Record<string, unknown>>): SpecValue {
  const owner = one["uid"] === undefined ? {} : { owner: `${textOf(one["uid"])}:${textOf(one["gid"] ?? one["uid"])}` };
  const mode = one["permissions"] === undefined ? {} : { mode: `0${Number(one["permissions"]).toString(8)}` };
  const type = textOf(one["type"]);
  if (type === "symlink" || type === "hardlink") return { symlink: textOf(one["source"]), ...owner };
  return type === "empty-file" ? { content: "", ...owner, ...mode } : { directory: true, ...owner, ...mode };
}

function commandOf(value: unknown): readonly string[] {
  const text = isRecord(value) ? textOf(value["command"]) : textOf(value);
  return text === "" ? [] : (splitShellWords(text) ?? ["/bin/sh", "-c", text]);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf).filter((one) => one !== "") : [];
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
