import { expect, test } from "vitest";
import { emptySettings } from "../../../src/formats/oci/image-config.ts";
import { composeRequest } from "../../../src/plan/closure-request.ts";
import { planSettings } from "../../../src/plan/image-process.ts";
import { planRequest } from "../../../src/plan/request-plan.ts";
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
  // An application, or an interpreter without a command, leaves the stage's own start alone.
  for (const more of ["app: {src: ., dest: /srv}\n", "interpreter: node\napp: {src: ., dest: /srv}\n"]) {
    expect(await ask(`from: {dockerfile: Dockerfile}\n${more}`, "/srv")).toMatchObject({
      cmd: ["printenv", "GREETING"],
      env: { GREETING: "hello" },
      appRoot: "/srv",
    });
  }
  // Whoever says how the interpreter starts has the stage's environment, and nothing of its command.
  expect(await ask("from: {dockerfile: Dockerfile}\ninterpreter: node\napp: .\ncmd: [main.js]\n", "/srv")).toEqual({
    cmd: ["main.js"],
    env: { GREETING: "hello" },
    appRoot: "/app",
    roots: ["interpreter", "app"],
  });
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

test("a target that sets app on a stage keeps what the stage says, and has its app where the stage starts", async () => {
  const base = {
    ...emptySettings,
    entrypoint: ["/usr/bin/env"],
    cmd: ["node", "main.js"],
    env: { PORT: "8080" },
    ports: ["8080/tcp"],
    volumes: ["/data"],
    workdir: "/srv",
  };
  const plan = async (app: string) => {
    const text = `from: {dockerfile: Dockerfile}\ntargets: {small: {app: ${app}}}\n`;
    const { value: spec, rendered } = await parseText(text);
    const small = spec?.targets["small"];
    if (small === undefined) throw new Error(rendered);
    return planRequest(small, {
      specName: "pith.yaml",
      architecture: "amd64",
      epochSeconds: 0,
      labels: {},
      base,
      environments: new Map([["main", { PATH: "/bin" }]]),
      dependencies: undefined,
    });
  };
  const { request, settings } = await plan("{src: ., dest: /srv, prune: reachable}");
  const { entrypoint, cmd, env, ports, volumes, workdir } = base;
  expect(settings).toMatchObject({ entrypoint, cmd, env, ports, volumes, workdir });
  expect(request.process).toMatchObject({ entrypoint, cmd, env, workdir, appRoot: "/srv", prune: "reachable" });
  await expect(plan(".")).rejects.toMatchObject({
    diagnostics: [
      {
        code: "SPEC_CONFLICT",
        pointer: "/app",
        message: "cannot put the app in /app: the stage of the Dockerfile starts in /srv",
        hint: "write `app: {src: ., dest: /srv}`; or leave app out, as the stage has it, or write its `prune` alone",
      },
    ],
  });
});

test("an interpreter starts where a stage says nothing", async () => {
  const { value: spec, rendered } = await parseText("from: {dockerfile: Dockerfile}\ninterpreter: node\n");
  if (spec === undefined) throw new Error(rendered);
  const { request } = planRequest(spec, {
    specName: "pith.yaml",
    architecture: "amd64",
    epochSeconds: 0,
    labels: {},
    base: emptySettings,
    environments: new Map(),
    dependencies: undefined,
  });
  expect([request.process.entrypoint, request.process.cmd]).toEqual([undefined, undefined]);
});
