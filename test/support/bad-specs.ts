/** A spec that cannot be built, and what its user has to be shown. */
export interface BadSpec {
  readonly name: string;
  /** The lines below `# syntax=`, which is line 1; or a whole file that has none. */
  readonly spec: string | { readonly whole: Uint8Array };
  /** Files beside the spec, which is the build context too. */
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Of each error, in the order shown. Empty where the engine's own message stands for itself. */
  readonly codes: readonly string[];
  /** The lines of the spec that are marked with `>>>`; of another file where `marked` names one. */
  readonly lines: readonly number[];
  readonly marked?: string;
}

const debian = "from: debian:trixie-slim";
const python = "from: python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [app.py]";
const node = "from: node:24-slim\ninterpreter: node\napp: .\ncmd: [app.js]";

function lines(...text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join("");
}

const texts: readonly BadSpec[] = [
  { name: "unknown-key", spec: lines(debian, "binarys: [cat]"), codes: ["SPEC_UNKNOWN_KEY"], lines: [3] },
  {
    name: "duplicate-key",
    spec: lines(debian, "binaries: [cat]", "cmd: [x]", "binaries: [false]"),
    codes: ["SPEC_DUPLICATE_KEY"],
    lines: [5],
  },
  {
    name: "wrong-type",
    spec: lines(debian, "binaries: 7", 'cmd: "a b"'),
    codes: ["SPEC_WRONG_TYPE", "SPEC_WRONG_TYPE"],
    lines: [3, 4],
  },
  { name: "tab", spec: lines(debian, "env:", "\tA: b", "binaries: [cat]"), codes: ["SPEC_TAB"], lines: [4] },
  {
    name: "alias-bomb",
    spec: lines(
      "a: &a [x, x, x, x, x, x, x, x, x]",
      ...["b", "c", "d", "e", "f", "g", "h", "i"].map((name, index) => {
        const before = String.fromCharCode(97 + index);
        return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`;
      }),
      debian,
    ),
    codes: [
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
      "SPEC_ALIAS",
    ],
    lines: [2, 3, 4, 5, 6, 7, 8, 9, 10],
  },
  {
    name: "nested-5000",
    spec: lines(debian, `binaries: ${"[".repeat(5000)}${"]".repeat(5000)}`),
    codes: ["SPEC_TOO_DEEP"],
    lines: [3],
  },
  {
    name: "keys-100000",
    spec: lines("env:", ...Array.from({ length: 100_000 }, (_, index) => `  K${index}: v`)),
    codes: ["SPEC_TOO_LARGE"],
    lines: [22771],
  },
  {
    name: "five-megabytes",
    spec: lines(debian, `# ${"x".repeat(5 * 1024 * 1024)}`),
    codes: ["SPEC_TOO_LARGE"],
    lines: [3],
  },
  {
    name: "twenty-megabytes",
    spec: lines(debian, `# ${"x".repeat(20 * 1024 * 1024)}`),
    codes: ["SPEC_TOO_LARGE"],
    lines: [],
  },
  { name: "nul", spec: lines(debian, "binaries: [tr\0ue]"), codes: ["SPEC_ENCODING"], lines: [3] },
  {
    name: "invalid-utf-8",
    spec: {
      whole: Buffer.concat([Buffer.from(`${debian}\nbinaries: [tr`), Buffer.from([0xff, 0xfe]), Buffer.from("ue]\n")]),
    },
    codes: ["SPEC_ENCODING"],
    lines: [2],
  },
  {
    name: "utf-16",
    spec: { whole: Buffer.from(`\uFEFF${debian}\nbinaries: [cat]\n`, "utf16le") },
    codes: ["SPEC_ENCODING"],
    lines: [1],
  },
  {
    name: "two-documents",
    spec: lines(debian, "binaries: [cat]", "---", debian),
    codes: ["SPEC_MANY_DOCUMENTS"],
    lines: [4],
  },
  { name: "empty-file", spec: { whole: new Uint8Array() }, codes: ["DETECT_NOTHING"], lines: [1] },
  { name: "only-a-comment", spec: "", codes: ["DETECT_NOTHING"], lines: [2] },
  {
    name: "list-root",
    spec: lines("- from: debian:trixie-slim", "- binaries: [cat]"),
    codes: ["SPEC_ROOT"],
    lines: [2, 3],
  },
  { name: "unclosed-bracket", spec: lines(debian, "binaries: [true", "cmd: [x]"), codes: ["SPEC_SYNTAX"], lines: [3] },
  {
    name: "unset-argument",
    spec: lines(debian, "packages: [a, b]", "binaries:", "  - ${PROGRAM}"),
    codes: ["ARG_UNSET"],
    lines: [5],
  },
  {
    name: "required-argument",
    spec: lines("args: {TAG:}", "from: debian:${TAG:?choose a release}", "binaries: [cat]"),
    codes: ["ARG_UNSET"],
    lines: [3],
  },
  {
    name: "bad-platform",
    spec: lines("builders:", "  main:", "    from: debian:trixie-slim", "    platform: plan9/mips", "binaries: [cat]"),
    codes: ["SPEC_PLATFORM"],
    lines: [5],
  },
  {
    name: "builder-cycle",
    spec: lines("builders:", "  main: {from: tools}", "  tools:", "    from: main", "binaries: [cat]"),
    codes: ["BUILDER_CYCLE"],
    lines: [5],
  },
  {
    name: "unknown-builder",
    spec: lines(debian, "builders: {tools: {from: debian:trixie-slim}}", "binaries:", "  - {path: cat, from: tool}"),
    codes: ["BUILDER_UNKNOWN"],
    lines: [5],
  },
  {
    name: "include-missing",
    spec: lines("include: [shared/base.yaml]", debian, "binaries: [cat]"),
    codes: ["INCLUDE_MISSING"],
    lines: [2],
  },
  {
    name: "include-cycle",
    spec: lines("include: [base.yaml]", debian, "binaries: [cat]"),
    files: { "base.yaml": lines("include:", "  - pith.yaml") },
    codes: ["INCLUDE_CYCLE"],
    lines: [2],
    marked: "base.yaml",
  },
  {
    name: "include-escape",
    spec: lines("include: [../base.yaml]", debian, "binaries: [cat]"),
    codes: ["SPEC_PATH"],
    lines: [2],
  },
  {
    name: "include-with-a-problem",
    spec: lines("include: [base.yaml]", "binaries: [cat]"),
    files: { "base.yaml": lines(debian, "binarys: [cat]") },
    codes: ["SPEC_UNKNOWN_KEY"],
    lines: [2],
    marked: "base.yaml",
  },
  {
    name: "paths-that-escape",
    spec: lines(
      debian,
      "build:",
      "  - copy: {src: ../secret, dest: /}",
      "binaries: [cat]",
      "app: ../other",
      "files:",
      "  /etc/x: {from: context, src: ../../etc/passwd}",
      "  /etc/../../y: {content: x}",
    ),
    codes: ["SPEC_PATH", "SPEC_PATH", "SPEC_PATH", "SPEC_PATH"],
    lines: [4, 6, 8, 9],
  },
  {
    name: "mode-without-quotes",
    spec: lines(debian, "binaries: [cat]", "files:", "  /etc/x: {content: x, mode: 0755}"),
    codes: ["SPEC_WRONG_TYPE"],
    lines: [5],
  },
  {
    name: "bad-values",
    spec: lines(
      debian,
      "binaries: [cat]",
      "ports: [70000]",
      "healthcheck:",
      "  exec: [true]",
      "  interval: 5 minutes",
      "app: {owner: a b}",
    ),
    codes: ["SPEC_VALUE", "SPEC_WRONG_TYPE", "SPEC_VALUE", "SPEC_VALUE"],
    lines: [4, 6, 7, 8],
  },
  {
    name: "empty-entrypoint",
    spec: lines(debian, "binaries: [cat]", "entrypoint: []"),
    codes: ["ENTRYPOINT_MISSING"],
    lines: [4],
  },
  { name: "nothing-to-run", spec: lines("from: scratch"), codes: ["SPEC_NOTHING_TO_RUN"], lines: [2] },
  {
    name: "not-supported",
    spec: lines(debian, "binaries: [cat]", "serverless: azure-functions"),
    codes: ["SPEC_NOT_SUPPORTED"],
    lines: [4],
  },
  {
    name: "bad-reference",
    spec: lines("from: Debian:trixie slim", "binaries: [cat]"),
    codes: ["SPEC_REFERENCE"],
    lines: [2],
  },
  {
    name: "unknown-target",
    spec: lines(debian, "binaries: [cat]", "targets: {debug: {user: root}}"),
    args: ["--target=debgu"],
    codes: ["TARGET_UNKNOWN"],
    lines: [4],
  },
  {
    name: "bad-option",
    spec: lines(debian, "binaries: [cat]"),
    args: ["--platform=windows/amd64"],
    codes: ["OPTION_INVALID"],
    lines: [],
  },
];

const sources: readonly BadSpec[] = [
  {
    name: "image-missing",
    spec: lines("from: no-such-image:1", "binaries: [cat]"),
    codes: ["IMAGE_UNRESOLVED"],
    lines: [2],
  },
  {
    name: "image-tag-missing",
    spec: lines("builders:", "  main:", "    from: debian:no-such-tag", "binaries: [cat]"),
    codes: ["IMAGE_UNRESOLVED"],
    lines: [4],
  },
  {
    name: "image-registry-down",
    spec: lines("from: localhost:1/debian:1", "binaries: [cat]"),
    codes: ["IMAGE_UNRESOLVED"],
    lines: [2],
  },
  {
    name: "image-of-another-platform",
    spec: lines("from: debian:multi", "binaries: [cat]"),
    args: ["--platform=linux/s390x"],
    codes: ["IMAGE_UNRESOLVED"],
    lines: [2],
  },
  {
    name: "context-not-given",
    spec: lines("from: {context: tools}", "binaries: [cat]"),
    codes: ["CONTEXT_UNKNOWN"],
    lines: [2],
  },
  {
    name: "app-missing",
    spec: lines("from: node:24-slim", "interpreter: node", "app: srv", "cmd: [app.js]"),
    codes: ["FILE_MISSING"],
    lines: [4],
  },
  {
    name: "file-source-missing",
    spec: lines(
      debian,
      "binaries: [cat]",
      "files:",
      "  /etc/a: {content: x}",
      "  /etc/b:",
      "    from: context",
      "    src: conf/b.conf",
    ),
    codes: ["FILE_MISSING"],
    lines: [6],
  },
  {
    name: "copy-source-missing",
    spec: lines(debian, "build:", "  - mkdir /x", "  - copy: {src: [main.c], dest: /src/}", "binaries: [cat]"),
    codes: ["FILE_MISSING"],
    lines: [5],
  },
  {
    name: "dockerfile-missing",
    spec: lines("from: {dockerfile: docker/Dockerfile}"),
    codes: ["DOCKERFILE_MISSING"],
    lines: [2],
  },
  {
    name: "dockerfile-target-missing",
    spec: lines("from:", "  dockerfile: Dockerfile", "  target: prod"),
    files: { Dockerfile: lines("FROM debian:trixie-slim AS build", "CMD true") },
    codes: ["DOCKERFILE_INVALID"],
    lines: [4],
  },
  {
    name: "dockerfile-syntax-error",
    spec: lines("from: {dockerfile: Dockerfile}"),
    files: { Dockerfile: lines("FROM debian:trixie-slim", "COPPY a b", 'CMD ["true"]') },
    codes: [],
    lines: [2],
    marked: "Dockerfile",
  },
  {
    name: "dockerfile-step-fails",
    spec: lines("from: {dockerfile: Dockerfile}"),
    files: { Dockerfile: lines("FROM debian:trixie-slim", "RUN echo said before; exit 4", 'CMD ["true"]') },
    codes: [],
    lines: [2],
    marked: "Dockerfile",
  },
];

const steps: readonly BadSpec[] = [
  {
    name: "run-fails",
    spec: lines(
      debian,
      "build:",
      "  - echo first",
      "  - run: |",
      "      echo said before",
      "      exit 3",
      "  - echo last",
      "binaries: [cat]",
    ),
    codes: ["STEP_FAILED"],
    lines: [5],
  },
  {
    name: "run-without-shell",
    spec: lines(debian, "build:", "  - run: [/no/such/program, x]", "binaries: [cat]"),
    codes: ["STEP_FAILED"],
    lines: [4],
  },
  {
    name: "package-missing",
    spec: lines(debian, "packages: [no-such-package-anywhere]", "binaries: [cat]"),
    codes: ["PACKAGE_MISSING"],
    lines: [3],
  },
  {
    name: "secret-not-given",
    spec: lines(
      debian,
      "build:",
      "  - run: cat /run/secrets/token",
      "    mounts: [{type: secret, id: token, required: true}]",
      "binaries: [cat]",
    ),
    codes: ["SECRET_MISSING"],
    lines: [4],
  },
  {
    name: "unknown-step-user",
    spec: lines(debian, "build:", "  - {run: id, user: nobody-here}", "binaries: [cat]"),
    codes: ["STEP_FAILED"],
    lines: [4],
  },
];

const closures: readonly BadSpec[] = [
  {
    name: "binary-missing",
    spec: lines(debian, "binaries:", "  - cat", "  - /opt/server", "  - no-such-program"),
    codes: ["PROGRAM_MISSING", "PROGRAM_MISSING"],
    lines: [5, 6],
  },
  {
    name: "interpreter-missing",
    spec: lines(debian, "interpreter: python3", "app: .", "cmd: [app.py]"),
    files: { "app.py": "print()\n" },
    codes: ["PROGRAM_MISSING"],
    lines: [3],
  },
  {
    name: "library-removed",
    spec: lines(debian, "build:", "  - rm /usr/lib/x86_64-linux-gnu/libselinux.so.1", "binaries:", "  - cat", "  - ls"),
    codes: ["LIBRARY_MISSING"],
    lines: [7],
  },
  {
    name: "library-not-found",
    spec: lines(debian, "binaries: [cat]", "libraries: [libnothing.so.1]"),
    codes: ["LIBRARY_MISSING"],
    lines: [4],
  },
  {
    name: "scripts-that-cannot-start",
    spec: lines(
      debian,
      "build:",
      '  - copy: {src: [scripts/*], dest: /usr/local/bin/, chmod: "0755"}',
      "binaries:",
      "  - nowhere",
      "  - crlf",
    ),
    files: { "scripts/nowhere": "#!/opt/perl/bin/perl\n", "scripts/crlf": "#!/bin/sh\r\ntrue\r\n" },
    codes: ["PROGRAM_MISSING", "SHEBANG_CRLF"],
    lines: [6, 7],
  },
  {
    name: "two-builders-one-path",
    spec: lines(
      "builders:",
      "  main: {from: debian:trixie-slim}",
      "  other:",
      "    from: debian:trixie-slim",
      "    build: [cp /usr/bin/ls /usr/bin/cat]",
      "binaries:",
      "  - /usr/bin/cat",
      "  - {path: /usr/bin/cat, from: other}",
    ),
    codes: ["CLOSURE_CONFLICT"],
    lines: [8],
  },
  {
    name: "unknown-user",
    spec: lines(debian, "binaries: [cat]", "user: webserver"),
    codes: ["USER_UNKNOWN"],
    lines: [4],
  },
  {
    name: "excluded-but-needed",
    spec: lines(debian, "binaries: [cat]", "closure:", "  exclude: [/usr/lib/x86_64-linux-gnu/libc.so.6]"),
    codes: ["EXCLUDE_NEEDED"],
    lines: [5],
  },
  {
    name: "include-matches-nothing",
    spec: lines(debian, "binaries: [cat]", "closure:", "  include: [/usr/share/no-such/**]"),
    codes: ["INCLUDE_EMPTY"],
    lines: [5],
  },
  {
    name: "import-missing",
    spec: lines(python),
    files: { "app.py": "import os\nimport flusk\n" },
    codes: ["IMPORT_MISSING"],
    lines: [4],
  },
  {
    name: "require-missing",
    spec: lines(node),
    files: { "app.js": "require('fs');\nrequire('exprss');\n" },
    codes: ["MODULE_MISSING"],
    lines: [4],
  },
  {
    name: "entry-missing",
    spec: lines(python),
    files: { "main.py": "print()\n" },
    codes: ["FILE_MISSING"],
    lines: [5],
  },
  {
    name: "another-architecture",
    spec: lines(
      "builders:",
      "  main: {from: debian:trixie-slim}",
      "  arm: {from: debian:multi, platform: linux/arm64}",
      "binaries:",
      "  - cat",
      "  - {path: /usr/bin/env, from: arm}",
    ),
    codes: ["PROGRAM_ARCHITECTURE"],
    lines: [7],
  },
  {
    name: "zone-and-locale-missing",
    spec: lines(debian, "binaries: [cat]", "system:", "  timezone: Europe/Atlantis", "  locale: xx_YY.UTF-8"),
    codes: ["TIMEZONE_MISSING", "LOCALE_MISSING"],
    lines: [5, 6],
  },
  {
    name: "several-at-once",
    spec: lines(
      debian,
      "binaries: [no-such-program]",
      "libraries: [libnothing.so.1]",
      "user: webserver",
      "files:",
      "  /etc/b: {from: context, src: b.conf}",
    ),
    codes: ["PROGRAM_MISSING", "LIBRARY_MISSING", "USER_UNKNOWN", "FILE_MISSING"],
    lines: [3, 4, 5, 7],
  },
];

export const badSpecs: readonly BadSpec[] = [...texts, ...sources, ...steps, ...closures];
