import { describe, expect, test } from "vitest";
import { build } from "../../../src/frontend/build.ts";
import { EngineError } from "../../../src/frontend/engine.ts";
import { answer, type FakeEngine, findingsOf, recordingEngine } from "../../support/fake-engine.ts";

/** The builder `main` from something, with one program to ship. */
const from = (text: string, more = ""): FakeEngine["spec"] => ({
  "pith.yaml": `from: ${text}\nbinaries: [/bin/x]\n${more}`,
});

test("a spec that is not there", async () => {
  expect(await findingsOf({ spec: {} })).toMatchInlineSnapshot(`
    [
      "SPEC_MISSING: cannot read pith.yaml: there is no such file (give the path of the spec with -f)",
    ]
  `);
});

test.for<[name: string, fake: FakeEngine]>([
  ["an unknown target", { spec: from("base:1"), options: { target: "rootsf" } }],
  ["a target with nothing alike", { spec: from("base:1"), options: { target: "x" } }],
  ["statements about nothing", { spec: from("base:1"), options: { target: "vex" } }],
  ["a context that nobody gave", { spec: from("{context: files}") }],
  ["a layout that nobody gave", { spec: from("{oci-layout: lay}") }],
  ["a layout that is none", { spec: from("{oci-layout: lay}"), options: { "context:lay": "docker-image://base:1" } }],
  [
    "a named context of no known form",
    { spec: from("{context: files}"), options: { "context:files": "ftp://user:pw@host/x" } },
  ],
  ["a layout without a digest", { spec: from("{context: lay}"), options: { "context:lay": "oci-layout://store:tag" } }],
  ["a build context of no known form", { spec: from("base:1"), options: { context: "ftp://user:p@ss@host/x" } }],
  ["a git source that is none", { spec: from("{git: https://host/x}") }],
  ["a Dockerfile that is missing", { spec: from("{dockerfile: Dockerfile}") }],
  ["an image that is missing", { spec: from("missing:1") }],
  ["a name that no image has", { spec: from("{context: x}"), options: { "context:x": "docker-image://Upper" } }],
  ["an image without a configuration", { spec: from("base:2"), images: { "docker.io/library/base:2": "[]" } }],
  [
    "dependencies without their list",
    { spec: from("base:1", "interpreter: python3\napp: {src: ., dependencies: pip}\n") },
  ],
  [
    "dependencies of another manager",
    { spec: from("base:1", "interpreter: node\napp: .\n"), context: { "package.json": "{}", "bun.lock": "" } },
  ],
  [
    "more trees than there are mount points",
    {
      spec: {
        "pith.yaml": `builders:\n  main: {from: base:1}\n${numbered((n) => `  b${n}: {from: base:1}\n`)}binaries:\n  - /bin/x\n${numbered((n) => `  - {path: /bin/x${n}, from: b${n}}\n`)}`,
      },
    },
  ],
])("%s", async ([name, fake]) => {
  expect(`${name}\n${(await findingsOf(fake)).join("\n")}\n`).toMatchSnapshot();
});

test.for([
  [1, "please report it with what the resolver printed"],
  [137, "the engine may lack memory: give it more; if it has enough, report it with what the resolver printed"],
] as const)("a resolver that ends with exit code %i", async ([exitCode, hint]) => {
  const { engine } = recordingEngine({ spec: from("base:1"), failures: { "/pith/resolver.js": exitCode } });
  await expect(build(engine, { files: [] })).rejects.toThrow(
    `INTERNAL_ERROR: cannot finish the build: the resolver ended with exit code ${exitCode}\n  hint: ${hint}`,
  );
});

function numbered(line: (n: string) => string): string {
  return Array.from({ length: 32 }, (_, index) => line(String(index))).join("");
}

test("findings of the resolver stand at their line, and say which other line brought in what they are about", async () => {
  const found = { severity: "error", code: "LIBRARY_MISSING", message: "cannot find liba.so", hint: "add it" };
  const diagnostics = [
    { ...found, pointer: "/binaries/0" },
    { ...found, pointer: "/policy/forbid/1", origin: "/binaries/0" },
    found,
  ];
  const findings = await findingsOf({
    spec: from("base:1", "policy:\n  forbid:\n    - shell\n    - editor\n"),
    outputs: { "/pith/resolver.js": { "answer.json": JSON.stringify({ ...answer, diagnostics }) } },
  });
  expect(findings).toEqual([
    "LIBRARY_MISSING: cannot find liba.so (pith.yaml:2; add it)",
    "LIBRARY_MISSING: cannot find liba.so; brought in by pith.yaml:2 (pith.yaml:6; add it)",
    "LIBRARY_MISSING: cannot find liba.so (pith.yaml:1; add it)",
  ]);
});

test("steps carry the options of the command line", async () => {
  const text = `from: base:1
build:
  - run: [/bin/make, all]
    env: {A: "1"}
    mounts:
      - {type: bind, target: /src}
      - {type: ssh, id: one}
      - {type: secret, id: token, env: TOKEN}
      - {type: ssh, id: two, required: true}
      - {type: cache, target: /cache, sharing: locked}
      - {type: tmpfs, target: /t, size: 1MB}
  - copy: {src: ["*.md", "src/**"], dest: /docs/, chown: "1:2", chmod: "0600", exclude: [x]}
binaries: [/bin/x]
`;
  const { engine, solved } = recordingEngine({
    spec: { "pith.yaml": text },
    options: {
      "add-hosts": "a.test=192.0.2.1",
      ulimit: "nofile=1:2",
      "shm-size": "4096",
      "force-network-mode": "none",
      "build-arg:HTTP_PROXY": "http://proxy.test",
      "no-cache": "main",
    },
  });
  await build(engine, { files: [] });
  const closure = solved.find((dump) => dump.includes("/pith/resolver.js")) ?? "";
  const steps = closure.split(/^(?=#\d)/mu).filter((op) => /"\/bin\/make"|"\/docs\/"/u.test(op));
  expect(steps.map((op) => op.replaceAll(/"digest": "[^"]*"/gu, '"digest": "..."'))).toMatchSnapshot();
  expect(closure.match(/"ignore_cache": true/gu)).toHaveLength(2);
});

test("the tools of steps and of managers trust the certificates of a secret", async () => {
  const text = `from: base:1
build: [{run: make all, env: {PIP_CERT: /own.pem}}]
app: {src: ".", dependencies: npm}
interpreter: node
cmd: [x.js]
`;
  const { engine, solved } = recordingEngine({
    spec: { "pith.yaml": text },
    context: { "package.json": "{}", "x.js": "" },
    options: { "build-arg:CERTIFICATES": "company" },
  });
  await build(engine, { files: [] });
  const closure = solved.find((dump) => dump.includes("/pith/resolver.js")) ?? "";
  const steps = closure.split(/^(?=#\d)/mu).filter((op) => /"make all"|"npm"/u.test(op));
  expect(steps.length).toBeGreaterThan(1);
  for (const step of steps) {
    expect(step).toContain('"NODE_EXTRA_CA_CERTS=/run/secrets/pith-certificates.pem"');
    expect(step).toContain('"ID": "company"');
  }
  expect(steps.filter((op) => op.includes('"PIP_CERT=/own.pem"'))).toHaveLength(1);
});

test("an adopted Dockerfile gets this build's options and its builder's", async () => {
  const { engine, frontends } = recordingEngine({
    spec: { ...from("{dockerfile: docker/Dockerfile, target: prod, args: {A: spec}}"), "docker/Dockerfile": "" },
    options: {
      target: "rootfs",
      "no-cache": "main",
      "build-arg:A": "outside",
      "build-arg:B": "outside",
      "build-arg:BUILDKIT_SYNTAX": "pith:1",
      "label:x": "y",
      "add-hosts": "a.test=192.0.2.1",
    },
  });
  await build(engine, { files: [] });
  expect(frontends.map((options) => Object.fromEntries(options))).toMatchInlineSnapshot(`
    [
      {
        "add-hosts": "a.test=192.0.2.1",
        "build-arg:A": "spec",
        "build-arg:B": "outside",
        "filename": "docker/Dockerfile",
        "no-cache": "",
        "platform": "linux/amd64",
        "target": "prod",
      },
    ]
  `);
});

test("a spec by the name of a Dockerfile, as from standard input, adopts the one of the build context", async () => {
  const fake = {
    spec: { Dockerfile: from("{dockerfile: Dockerfile}")?.["pith.yaml"] ?? "" },
    options: { filename: "Dockerfile" },
  };
  const { engine, frontends } = recordingEngine({ ...fake, context: { Dockerfile: "FROM base:1" } });
  await build(engine, { files: [] });
  expect(frontends.map((options) => Object.fromEntries(options))).toMatchObject([
    { filename: "Dockerfile", dockerfilekey: "context" },
  ]);
  // One that is the spec itself would be built without an end.
  expect(await findingsOf({ ...fake, context: fake.spec })).toEqual([
    "DOCKERFILE_MISSING: cannot adopt Dockerfile: there is no such file beside the spec or in the build context (Dockerfile:1; give the path of the Dockerfile relative to the spec)",
  ]);
});

test("a warning carries the text of its spec", async () => {
  const { engine, warnings } = recordingEngine({ spec: from("base:1"), options: { "build-arg:UNKNOWN": "1" } });
  await build(engine, { files: [] });
  expect(
    warnings.map(({ short, sourceFiles }) => [short, sourceFiles?.map(({ name }) => name)]),
  ).toMatchInlineSnapshot(`
    [
      [
        "ARG_UNKNOWN: cannot use --build-arg "UNKNOWN": the spec declares no such argument",
        [
          "pith.yaml",
        ],
      ],
    ]
  `);
});

describe("a package that is not there", () => {
  const fake = {
    spec: { "pith.yaml": "from: base:1\npackages: [curl, jqq=1.7, zzzzzzzzzz]\nbinaries: [/bin/x]\n" },
    failures: { zzzzzzzzzz: 100 },
    failureLine: 2,
  };
  const names = { "apt-cache pkgnames": { names: "curl\njqp\njq\nlibjq1\n" } };

  test("is named, with the nearest name", async () => {
    expect(await findingsOf({ ...fake, outputs: names })).toEqual([
      'PACKAGE_MISSING: cannot install "jqq": no package of this name is in the repositories of the builder (pith.yaml:2; did you mean "jq"?)',
      'PACKAGE_MISSING: cannot install "zzzzzzzzzz": no package of this name is in the repositories of the builder (pith.yaml:2; correct the name, or add the repository that has it)',
    ]);
  });

  test("is left to the engine where nothing tells, where all are there, and where another line failed", async () => {
    const kept = [
      { ...fake, failures: { zzzzzzzzzz: 100, "apt-cache pkgnames": 1 } },
      { ...fake, outputs: { "apt-cache pkgnames": { names: "curl\njqq\nzzzzzzzzzz\n" } } },
      { ...fake, outputs: names, failureLine: 3 },
    ];
    for (const one of kept) {
      const { engine } = recordingEngine(one);
      await expect(build(engine, { files: [] })).rejects.toBeInstanceOf(EngineError);
    }
  });
});
