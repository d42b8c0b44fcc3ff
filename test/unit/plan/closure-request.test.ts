import { expect, test } from "vitest";
import { emptySettings } from "../../../src/formats/oci/image-config.ts";
import { composeRequest } from "../../../src/plan/closure-request.ts";
import { planSettings } from "../../../src/plan/image-process.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { parseText } from "../spec/parse-text.ts";

const venv = {
  manager: "uv",
  prefix: toAbsPath("/opt/venv"),
  interpreter: toAbsPath("/opt/venv/bin/python3"),
} as const;

test.for([
  ["/usr/bin:/bin", venv, "/opt/venv/bin:/usr/bin:/bin"],
  ["", venv, "/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ["/usr/bin", { manager: "npm", prefix: toAbsPath("/app"), interpreter: undefined }, "/usr/bin"],
  ["/usr/bin", undefined, "/usr/bin"],
] as const)("programs of installed dependencies come first on PATH %s, %o", async ([path, dependencies, expected]) => {
  const { value: spec, rendered } = await parseText(
    "from: python\ninterpreter: python3\napp: .\nbuilders: {tools: {from: debian}}\nbinaries: [{path: jq, from: tools}]\n",
  );
  if (spec === undefined) throw new Error(rendered);
  const { views } = composeRequest(spec, {
    architecture: "amd64",
    epochSeconds: 0,
    settings: emptySettings,
    searchPaths: new Map([
      ["main", path],
      ["tools", "/bin"],
    ]),
    libraryPaths: new Map(),
    dependencies,
    notApplication: [],
  });
  expect(views.map(({ name, searchPath }) => [name, searchPath])).toEqual([
    ["main", expected],
    ["tools", "/bin"],
  ]);
});

test("a developer's copy of what was installed is hidden, and stays where nothing was", async () => {
  const { value: spec, rendered } = await parseText("from: node\ninterpreter: node\napp: .\n");
  if (spec === undefined) throw new Error(rendered);
  const hidden = (dependencies: Parameters<typeof composeRequest>[1]["dependencies"]) =>
    composeRequest(spec, {
      architecture: "amd64",
      epochSeconds: 0,
      settings: emptySettings,
      searchPaths: new Map([["main", "/bin"]]),
      libraryPaths: new Map(),
      dependencies,
      notApplication: [],
    }).trees.find(({ id }) => id === "app")?.hides;
  const prefix = toAbsPath("/app");
  expect(hidden({ manager: "pnpm", prefix, interpreter: undefined })).toEqual(["**/node_modules"]);
  expect(hidden({ manager: "bundler", prefix, interpreter: undefined })).toEqual([".bundle", "vendor/bundle"]);
  expect(hidden({ manager: "pip", prefix: toAbsPath("/opt/venv"), interpreter: undefined })).toBeUndefined();
  expect(hidden(undefined)).toBeUndefined();
});

test("programs beside a stage of a Dockerfile leave its command, its environment and its folder alone", async () => {
  const ask = async (text: string, workdir: string) => {
    const { value: spec, rendered } = await parseText(text);
    if (spec === undefined) throw new Error(rendered);
    const base = { ...emptySettings, cmd: ["printenv", "GREETING"], env: { GREETING: "hello" }, workdir };
    const settings = planSettings(spec, base, {});
    const { process, roots } = composeRequest(spec, {
      architecture: "amd64",
      epochSeconds: 0,
      settings,
      searchPaths: new Map([["main", "/bin"]]),
      libraryPaths: new Map(),
      dependencies: undefined,
      notApplication: [],
    });
    const { cmd, env, appRoot, stdlib, prune } = process;
    const levels = `${stdlib} ${prune}`;
    return { cmd, env, appRoot, roots: roots.map(({ kind }) => kind), ...(levels === "safe safe" ? {} : { levels }) };
  };
  const stage = "from: {dockerfile: Dockerfile}\nbinaries: [id]\n";
  expect(await ask(stage, "/srv")).toEqual({
    cmd: ["printenv", "GREETING"],
    env: { GREETING: "hello" },
    appRoot: "/srv",
    roots: ["app", "binary", "entrypoint"],
  });
  expect((await ask(stage, "/usr/bin")).appRoot).toBeUndefined();
  // Levels alone are those of what is adopted.
  for (const from of ["{dockerfile: Dockerfile}", "nginx"]) {
    const text = `from: ${from}\ninterpreter: {stdlib: reachable}\napp: {prune: reachable}\n`;
    expect(await ask(text, "/srv")).toEqual({
      cmd: ["printenv", "GREETING"],
      env: { GREETING: "hello" },
      appRoot: "/srv",
      roots: ["app", "entrypoint"],
      levels: "reachable reachable",
    });
  }
  // An image is what programs are taken from: the first of them is what runs.
  expect(await ask("from: debian\nbinaries: [id]\n", "/srv")).toEqual({
    cmd: undefined,
    env: {},
    appRoot: undefined,
    roots: ["binary"],
  });
});

test.for([
  ["from: {dockerfile: Dockerfile}\n", undefined, true],
  ["from: {dockerfile: Dockerfile}\n", "", true],
  ["from: {dockerfile: Dockerfile}\n", "app", undefined],
  ["from: {dockerfile: Dockerfile}\nuser: nonroot\n", undefined, undefined],
  ["from: debian\nbinaries: [id]\n", undefined, undefined],
] as const)("%j with the adopted user %j: nobody names the user is %s", async ([text, adoptedUser, expected]) => {
  const { value: spec, rendered } = await parseText(text);
  if (spec === undefined) throw new Error(rendered);
  const base = { ...emptySettings, cmd: ["id"], ...(adoptedUser === undefined ? {} : { user: adoptedUser }) };
  const { process } = composeRequest(spec, {
    architecture: "amd64",
    epochSeconds: 0,
    settings: planSettings(spec, base, {}),
    adoptedUser,
    searchPaths: new Map([["main", "/bin"]]),
    libraryPaths: new Map(),
    dependencies: undefined,
    notApplication: [],
  });
  expect(process.isUserUnnamed).toBe(expected);
});

test.for([
  ["from: {dockerfile: Dockerfile}\n", ["CMD-SHELL", "curl -f x || exit 1"], ["/bin/sh", "-c", "curl -f x || exit 1"]],
  ["from: nginx\n", ["CMD", "check", "-q"], ["check", "-q"]],
  ["from: nginx\n", ["NONE"], undefined],
  ["from: {dockerfile: Dockerfile}\nhealthcheck: {exec: [own]}\n", ["CMD", "check"], ["own"]],
  ["from: debian\nbinaries: [id]\n", ["CMD", "check"], undefined],
] as const)("%j with the check %j needs the programs of %j", async ([text, check, expected]) => {
  const { value: spec, rendered } = await parseText(text);
  if (spec === undefined) throw new Error(rendered);
  const { healthcheck } = composeRequest(spec, {
    architecture: "amd64",
    epochSeconds: 0,
    settings: planSettings(spec, { ...emptySettings, cmd: ["id"], healthcheck: { test: check } }, {}),
    searchPaths: new Map([["main", "/bin"]]),
    libraryPaths: new Map(),
    dependencies: undefined,
    notApplication: [],
  });
  expect(healthcheck?.probe).toEqual(expected === undefined ? undefined : { kind: "exec", args: expected });
});
