import { expect, test } from "vitest";
import { BuildError } from "../../../src/diagnostics/diagnostic.ts";
import { answerSubrequest } from "../../../src/frontend/subrequests/answer.ts";
import { type FakeEngine, recordingEngine } from "../../support/fake-engine.ts";

const spec = `args: {APP: dev, BASE: "base:1"}
builders:
  main:
    from: \${BASE}
    build:
      - run: make
        mounts:
          - {type: secret, id: token, required: false}
          - {type: cache, target: /cache}
          - {type: bind, from: tools, source: /, target: /tools}
      - run: make install
        mounts:
          - {type: secret, id: token, required: true}
  tools:
    from: base:1
    build:
      - {run: make, mounts: [{type: ssh}, {type: cache, target: /c, id: shared}]}
  unused:
    from: base:1
    build: [{run: make, mounts: [{type: secret, id: never}]}]
binaries: [/bin/x]
targets:
  small: {add: {binaries: [/bin/y]}}
`;

/** The values of an answer as texts; the sources of the JSON, which repeat the spec, as their names or a mark. */
async function answerOf(name: string, fake: FakeEngine): Promise<Readonly<Record<string, string>> | undefined> {
  const answer = await answerSubrequest(recordingEngine(fake).engine, name, { files: [] });
  return answer && Object.fromEntries([...answer].map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]));
}

async function jsonOf(name: string, fake: FakeEngine): Promise<unknown> {
  return JSON.parse((await answerOf(name, fake))?.["result.json"] ?? "");
}

test("a request that nobody knows has no answer", async () => {
  expect(await answerOf("frontend.other", { spec: {} })).toBeUndefined();
  expect(await answerOf("toString", { spec: {} })).toBeUndefined();
});

test("describe lists every request, and each of them answers in both forms", async () => {
  const described = await answerOf("frontend.subrequests.describe", { spec: {} });
  expect(await answerOf("frontend.describe", { spec: {} })).toEqual(described);
  expect(described?.["result.txt"]).toMatchInlineSnapshot(`
    "NAME                  VERSION  DESCRIPTION
    init                  1.0.0    Write a first spec for the build context
    lint                  1.0.0    Check the spec without building it
    outline               1.0.0    List what a build takes: arguments, secrets, SSH, caches
    schema                1.0.0    Print the JSON Schema of the spec
    subrequests.describe  1.0.0    List these requests
    targets               1.0.0    List what --target may name
    "
  `);
  const names = (described?.["result.txt"] ?? "").match(/^[a-z.]+(?= )/gmu) ?? [];
  expect(names).toHaveLength(6);
  const fake = { spec: { "pith.yaml": spec }, context: { "main.py": "" } };
  for (const name of names) {
    const answer = await answerOf(`frontend.${name}`, fake);
    expect(answer, name).toMatchObject({ version: "1.0.0" });
    expect(await jsonOf(`frontend.${name}`, fake)).toBeTypeOf("object");
    expect(answer?.["result.txt"], name).toMatch(/\n$/u);
  }
});

test("outline tells values of arguments, and what the steps of used builders ask for", async () => {
  const fake = { spec: { "pith.yaml": spec }, options: { "build-arg:APP": "given" } };
  expect((await answerOf("frontend.outline", fake))?.["result.txt"]).toMatchInlineSnapshot(`
    "BUILD ARG  VALUE
    APP        given
    BASE       base:1

    SECRET  REQUIRED
    token   true

    SSH      REQUIRED
    default

    CACHE
    /cache
    shared
    "
  `);
  expect(await jsonOf("frontend.outline", fake)).toMatchObject({
    args: [
      { name: "APP", value: "given", location: { sourceIndex: 0, ranges: [{ start: { line: 1 } }] } },
      { name: "BASE", value: "base:1" },
    ],
    secrets: [{ name: "token", required: true, location: { ranges: [{ start: { line: 8 } }] } }],
    sources: [Buffer.from(spec).toString("base64")],
  });
});

test("outline of a target that is not there is an error at its place", async () => {
  const asked = answerOf("frontend.outline", { spec: { "pith.yaml": spec }, options: { target: "smal" } });
  await expect(asked).rejects.toMatchObject({
    diagnostics: [{ code: "TARGET_UNKNOWN", hint: "did you mean small?", span: { start: { line: 22 } } }],
  });
});

test("targets lists the spec's own and the built-in ones", async () => {
  const fake = { spec: { "pith.yaml": spec } };
  expect((await answerOf("frontend.targets", fake))?.["result.txt"]).toMatchInlineSnapshot(`
    "TARGET        DESCRIPTION
    (default)     the image, where --target names none
    small
    builder       the builder with its steps done, or another one as builder:NAME
    debug         the image, and tools over it
    dependencies  what was installed for the application by its lock file
    diff          what differs from an older manifest (DIFF)
    explain       why a path is in the image, or is not (EXPLAIN)
    lock          the lock file of the builders
    manifest      every path with its reasons, as JSON
    record        what the programs of closure.observed open, as files for closure.observed
    report        the builder beside the image: what can be attacked
    rootfs        the files of the image, for -o FOLDER
    sbom          the SBOM
    spec          the whole spec: what was detected, or all files merged
    try           what its programs lack beside the builder, and a patch of the spec
    vex           which vulnerabilities the image cannot have (VULNERABILITIES)
    "
  `);
  const reports = ["diff", "explain", "lock", "manifest", "record", "report", "rootfs", "sbom", "spec", "try", "vex"];
  const builtIn = ["builder", "debug", "dependencies", ...reports];
  expect(await jsonOf("frontend.targets", fake)).toMatchObject({
    targets: [
      { name: "", default: true, base: "base:1" },
      { name: "small", location: { sourceIndex: 0, ranges: [{ start: { line: 23 } }] } },
      ...builtIn.map((name) => ({ name })),
    ],
  });
});

test("lint of a spec with nothing wrong", async () => {
  expect(await answerOf("frontend.lint", { spec: { "pith.yaml": spec } })).toMatchObject({
    "result.txt": "pith.yaml: fine\n",
    "result.statuscode": "0",
  });
});

test("lint answers every error, and is none itself", async () => {
  const fake = { spec: { "pith.yaml": "from: base:1\nbinary: [/bin/x]\ncmd: {}\n" } };
  const answer = await answerOf("frontend.lint", fake);
  expect(answer?.["result.txt"]).toMatchInlineSnapshot(`
    "SPEC_UNKNOWN_KEY: cannot use the key "binary": a spec has no such key
      pith.yaml:2:1
      2 | binary: [/bin/x]
        | ^^^^^^
    hint: remove it; docs/spec.md has all keys

    SPEC_WRONG_TYPE: cannot use cmd: expected a list, got a map
      pith.yaml:3:1
      3 | cmd: {}
        | ^^^
    hint: write a list

    pith.yaml: cannot be built
    "
  `);
  expect(answer?.["result.statuscode"]).toBe("1");
  expect(await jsonOf("frontend.lint", fake)).toMatchInlineSnapshot(`
    {
      "buildError": {
        "location": {
          "ranges": [
            {
              "end": {
                "character": 6,
                "line": 2,
              },
              "start": {
                "character": 0,
                "line": 2,
              },
            },
          ],
          "sourceIndex": 0,
        },
        "message": "SPEC_UNKNOWN_KEY: cannot use the key "binary": a spec has no such key (and 1 more); remove it; docs/spec.md has all keys",
      },
      "sources": [
        {
          "data": "ZnJvbTogYmFzZToxCmJpbmFyeTogWy9iaW4veF0KY21kOiB7fQo=",
          "filename": "pith.yaml",
          "language": "YAML",
        },
      ],
      "warnings": [
        {
          "description": "cannot use cmd: expected a list, got a map",
          "detail": "cannot use cmd: expected a list, got a map; write a list",
          "location": {
            "ranges": [
              {
                "end": {
                  "character": 3,
                  "line": 3,
                },
                "start": {
                  "character": 0,
                  "line": 3,
                },
              },
            ],
            "sourceIndex": 0,
          },
          "ruleName": "SPEC_WRONG_TYPE",
        },
      ],
    }
  `);
});

test("lint does not list a finding twice: the error of the build stands apart from the warnings", async () => {
  const text = "from: base:1\nbinaries: [/bin/x]\nbinary: [/bin/y]\nbuild: [cd /src]\n";
  expect(await jsonOf("frontend.lint", { spec: { "pith.yaml": text } })).toMatchObject({
    warnings: [
      {
        ruleName: "SPEC_VALUE",
        detail: 'cannot keep the effect of "cd /src": each step has a shell of its own; leave the step out',
      },
    ],
    buildError: {
      message:
        'SPEC_UNKNOWN_KEY: cannot use the key "binary": a spec has no such key; remove it; docs/spec.md has all keys',
    },
  });
});

/** What the newest buildx sends with a question in a checkout of git, beside its name: written down from 0.36.1. */
const buildx036 = {
  cmdline: "registry.test/pith:1",
  source: "registry.test/pith:1",
  filename: "pith.yaml",
  "frontend.caps": "moby.buildkit.frontend.subrequests+forward",
  "image-resolve-mode": "local",
  "attest:provenance": "mode=min,inline-only=true",
  "build-arg:BUILDKIT_SYNTAX": "registry.test/pith:1",
  "vcs:localdir:context": ".",
  "vcs:localdir:dockerfile": ".",
  "vcs:revision": "24a97aec2d79aa468d627a557eb8c82d5a53b806",
};

/** The same of `bake --call`, with the attestations and platforms that the file of bake asks for. */
const bake036 = {
  ...buildx036,
  target: "small",
  platform: "linux/amd64,linux/arm64",
  "attest:provenance": "type=provenance,mode=max",
};

/** A spec on standard input is a context of its own, under the name of a Dockerfile. */
const standardInput = { ...buildx036, filename: "Dockerfile", dockerfilekey: "dockerfile" };

test.for([
  ["build", buildx036, "pith.yaml"],
  ["bake", bake036, "pith.yaml"],
  ["build -f -", standardInput, "Dockerfile"],
] as const)("what buildx 0.36 sends with %s is answered without a build", async ([, sent, name]) => {
  for (const request of ["lint", "outline", "targets", "subrequests.describe", "schema"]) {
    const { engine, solved, warnings } = recordingEngine({
      spec: { [name]: spec },
      options: { ...sent, requestid: `frontend.${request}` },
    });
    const answer = await answerSubrequest(engine, `frontend.${request}`, { files: [] });
    expect(new TextDecoder().decode(answer?.get("result.txt")), request).toMatch(/\n$/u);
    // Nothing is built: what was read is the spec.
    expect(warnings).toEqual([]);
    expect(solved.filter((one) => one.includes("docker-image"))).toEqual([]);
  }
});

test("lint tells of options and targets too", async () => {
  const fake = { spec: { "pith.yaml": spec }, options: { target: "smal", "shm-size": "much" } };
  const answer = await answerOf("frontend.lint", fake);
  expect((answer?.["result.txt"] ?? "").match(/^[A-Z_]+(?=:)/gmu)).toEqual(["OPTION_INVALID", "TARGET_UNKNOWN"]);
});

test("a spec that is not there is an error of every request that reads it", async () => {
  for (const name of ["frontend.lint", "frontend.outline", "frontend.targets"]) {
    await expect(answerOf(name, { spec: {} })).rejects.toBeInstanceOf(BuildError);
  }
});

test("init writes a spec for the context, with the frontend that answers", async () => {
  const context = { "requirements.txt": "flask\ngunicorn\n", "app.py": "" };
  const answer = await answerOf("frontend.init", { spec: {}, context, options: { source: "registry.test/pith:2" } });
  expect(answer?.["result.txt"]).toMatchInlineSnapshot(`
    "# syntax=registry.test/pith:2
    # Python application, detected from:
    # - app.py: a script of this name is the start
    # - requirements.txt: the list of pip
    from: python:3.13-slim  # no version is asked for
    interpreter: python3
    app: .  # packages: requirements.txt, the list of pip
    cmd: [app.py]  # app.py: a script of this name is the start
    "
  `);
});
