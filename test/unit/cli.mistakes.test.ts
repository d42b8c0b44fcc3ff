import { describe, expect, it } from "vitest";
import { pith } from "../support/command-line.ts";

const syntax = "# syntax=localhost:5000/pith:1\n";
const app = `${syntax}from: python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [app.py]\n`;
const files = { "app.py": "", "config/app.conf": "" };

/** What a newcomer writes, the code and the line of the answer, and what it says to write. */
type Mistake = readonly [what: string, spec: string, code: string, line: number, answer: string];

const change = (from: string, to: string): string => app.replace(from, to);
const add = (lines: string): string => `${app}${lines}\n`;

const docker: readonly Mistake[] = [
  [
    "a Dockerfile",
    `${syntax}FROM a\nRUN b\n`,
    "SPEC_ROOT",
    2,
    "keep it as a Dockerfile, and write a spec: from: {dockerfile: Dockerfile}",
  ],
  ["FROM", change("from:", "FROM:"), "SPEC_UNKNOWN_KEY", 2, "write from: python:3.13-slim"],
  ["image", change("from:", "image:"), "SPEC_UNKNOWN_KEY", 2, "write from: python:3.13-slim"],
  [
    "FROM ... AS",
    change("slim", "slim AS build"),
    "SPEC_REFERENCE",
    2,
    "write builders: {build: {from: python:3.13-slim}}",
  ],
  ["CMD as a text", change("[app.py]", "python app.py"), "SPEC_WRONG_TYPE", 5, "write cmd: [app.py]"],
  ["RUN", add("RUN: pip install flask"), "SPEC_UNKNOWN_KEY", 6, "write build: [pip install flask]"],
  ["EXPOSE", add("EXPOSE: 8000"), "SPEC_UNKNOWN_KEY", 6, "write ports: [8000]"],
  ["ENV as a list", add("env: [A=1]"), "SPEC_WRONG_TYPE", 6, 'write env: {A: "1"}'],
  ["COPY", change("app: .", "copy: . /srv"), "SPEC_UNKNOWN_KEY", 4, "write app: {src: ., dest: /srv}"],
  [
    "HEALTHCHECK",
    add("healthcheck: curl -f http://localhost:80/"),
    "SPEC_WRONG_TYPE",
    6,
    "write healthcheck: {http: http://localhost:80/}",
  ],
  [
    "a variable without braces",
    change("3.13-slim", "$TAG"),
    "SPEC_REFERENCE",
    2,
    "write python:${TAG}, and args: {TAG: VALUE}",
  ],
  [
    "an argument that nothing declares",
    change("3.13-slim", "${TAG}"),
    "ARG_UNSET",
    2,
    "declare it, as args: {TAG: VALUE}, or write $${TAG} to leave it to the shell",
  ],
  ["apt-get install", add("packages: [apt-get install curl]"), "SPEC_VALUE", 6, "write packages: [curl]"],
  ["packages as a text", add("packages: libpq5 curl"), "SPEC_WRONG_TYPE", 6, "write packages: [libpq5, curl]"],
  [
    "a command as the interpreter",
    change("python3", "python3 -u"),
    "SPEC_VALUE",
    3,
    "write python3, and put cmd: [-u] before the other arguments",
  ],
];

const more: readonly Mistake[] = [
  ["USER", add("USER: app"), "SPEC_UNKNOWN_KEY", 6, "write user: app"],
  ["the interpreter in the command", change("[app.py]", "[python3, app.py]"), "FILE_MISSING", 5, "write cmd: [app.py]"],
  [
    "a package manager as the command",
    change("[app.py]", "[npm, start]"),
    "FILE_MISSING",
    5,
    "write the file that it starts, as cmd: [server.js], or name it as entrypoint",
  ],
  ["a file as the application", change("app: .", "app: app.py"), "FILE_MISSING", 4, "write app: ., and cmd: [app.py]"],
  ["the interpreter as a list", change("python3", "[python3]"), "SPEC_WRONG_TYPE", 3, "write interpreter: python3"],
  [
    "builders as a list",
    change("from: python:3.13-slim", "builders: [{from: python:3.13-slim}]"),
    "SPEC_WRONG_TYPE",
    2,
    "write builders: {main: {from: python:3.13-slim}}",
  ],
  [
    "a time without its unit",
    add("healthcheck: {http: 'http://localhost:8000/', interval: 30}"),
    "SPEC_WRONG_TYPE",
    6,
    "write 30s",
  ],
  ["a level alone", add("closure: reachable"), "SPEC_WRONG_TYPE", 6, "write app: {src: ., prune: reachable}"],
  ["named volumes", add("volumes: {data: /data}"), "SPEC_WRONG_TYPE", 6, "write volumes: [/data]"],
  [
    "the target of Compose",
    add("target: small"),
    "SPEC_UNKNOWN_KEY",
    6,
    "remove it, and build with --target, such as --target small",
  ],
  [
    "network",
    add("network: host"),
    "SPEC_UNKNOWN_KEY",
    6,
    "remove it: a step has network of its own, and docker run has --network",
  ],
  [
    "a secret of a step",
    add("build: [{run: npm ci, secret: npm}]"),
    "SPEC_UNKNOWN_KEY",
    6,
    "write mounts: [{type: secret, id: npm}]",
  ],
  ["a comment of another language", add("// the port\nports: [80]"), "SPEC_KEY", 6, "write # the port"],
  ["quotes of a word processor", change("[app.py]", "[\u{201c}app.py\u{201d}]"), "SPEC_SYNTAX", 5, 'write "app.py"'],
  [
    "a space that does not break",
    change("app: .", "app:\u{a0}."),
    "SPEC_KEY",
    4,
    "write a plain space in its place, as most keyboards do without a second key",
  ],
];

const compose: readonly Mistake[] = [
  [
    "a Compose file",
    "services:\n  web: {build: .}\n",
    "SPEC_UNKNOWN_KEY",
    1,
    "keep the Compose file, with build: {dockerfile: pith.yaml}, and write the spec beside it",
  ],
  ["version", add("version: '3'"), "SPEC_VERSION", 6, "remove it, or write version: 1"],
  ["published ports", add('ports: ["8080:80"]'), "SPEC_VALUE", 6, "write ports: [80]"],
  ["mounted volumes", add('volumes: ["data:/data"]'), "SPEC_PATH", 6, "write volumes: [/data]"],
  [
    "restart",
    add("restart: always"),
    "SPEC_UNKNOWN_KEY",
    6,
    "remove it: it says how the image is run, and stands in the Compose file",
  ],
  [
    "platform",
    add("platform: linux/arm64"),
    "SPEC_UNKNOWN_KEY",
    6,
    "remove it, and build with --platform, such as --platform linux/arm64",
  ],
  [
    "healthcheck.test",
    add("healthcheck: {test: [CMD, curl, http://localhost:80/]}"),
    "SPEC_UNKNOWN_KEY",
    6,
    "write healthcheck: {http: http://localhost:80/}",
  ],
];

const yaml: readonly Mistake[] = [
  ["a tab", add("env:\n\tA: b"), "SPEC_TAB", 7, "indent with spaces"],
  [
    "keys that do not line up",
    add("env:\n  A: b\n C: d"),
    "SPEC_SYNTAX",
    8,
    "line up the keys of a map and the items of a list with spaces",
  ],
  [
    "lines that are not indented",
    add("env:\nLOG: b"),
    "SPEC_WRONG_TYPE",
    6,
    "indent the lines that belong to it by two spaces",
  ],
  [
    "a bracket that is not closed",
    change("[app.py]", "[app.py"),
    "SPEC_SYNTAX",
    5,
    "close it, with ] for [ and } for {",
  ],
  [
    "a quote that is not closed",
    change("[app.py]", '["app.py]'),
    "SPEC_SYNTAX",
    5,
    "close the quote, and indent lines inside it more than the key",
  ],
  ["no space after the colon", change("from: ", "from:"), "SPEC_KEY", 2, "write from: python:3.13-slim"],
  ["a space in the reference", change("python:3", "python: 3"), "SPEC_SYNTAX", 2, "write from: python:3.13-slim"],
  ["a colon in a text", add("labels:\n  a: b: c"), "SPEC_SYNTAX", 7, 'write a: "b: c"'],
  [
    "a mode without quotes",
    add("files: {/x: {content: a, mode: 0755}}"),
    "SPEC_WRONG_TYPE",
    6,
    'write it in quotes: "0755"',
  ],
  ["yes for true", add("system: {tmp: yes}"), "SPEC_WRONG_TYPE", 6, "write true"],
  ["an anchor", add("env: &e {A: b}"), "SPEC_ALIAS", 6, "repeat the value, or use `include`"],
  ["a key twice", add("cmd: [b.py]"), "SPEC_DUPLICATE_KEY", 6, "keep one of the two"],
];

const names: readonly Mistake[] = [
  ["a misspelt key", add("binarys: [env]"), "SPEC_UNKNOWN_KEY", 6, "did you mean binaries?"],
  [
    "a misspelt key of a part",
    change("python3", "{path: python3, stdib: safe}"),
    "SPEC_UNKNOWN_KEY",
    3,
    "did you mean stdlib?",
  ],
  [
    "a misspelt value",
    change("python3", "{path: python3, stdlib: reachible}"),
    "SPEC_VALUE",
    3,
    "did you mean reachable?",
  ],
  ["half of a value", add("serverless: lambda"), "SPEC_VALUE", 6, "did you mean aws-lambda?"],
  ["capitals in a reference", change("python:", "Python:"), "SPEC_REFERENCE", 2, "write python:3.13-slim"],
  ["a relative path", add("files: {etc/x: {content: a}}"), "SPEC_PATH", 6, "write an absolute path, such as /etc/x"],
  [
    "a change of directory for the next step",
    add("build: [cd src, make]"),
    "SPEC_VALUE",
    6,
    'write "cd src && make" as one step',
  ],
  ["a variable for the next step", add("build: [{run: export A=1}]"), "SPEC_VALUE", 6, "leave the step out"],
  [
    "a missing directory",
    change("app: .", "app: confg"),
    "FILE_MISSING",
    4,
    "write config, or look whether .dockerignore leaves it out",
  ],
  [
    "a missing file",
    change("app.py", "main.py"),
    "FILE_MISSING",
    5,
    "write app.py, or look whether .dockerignore leaves it out",
  ],
  [
    "a missing source of a copy",
    add("build: [{copy: {src: confg, dest: /etc/}}]"),
    "FILE_MISSING",
    6,
    "write config, or look whether .dockerignore leaves it out",
  ],
  [
    "a missing include",
    add("include: [base.yaml]"),
    "INCLUDE_MISSING",
    6,
    "write the path relative to the file that includes it",
  ],
  [
    "no first line",
    app.replace(syntax, ""),
    "SYNTAX_LINE_MISSING",
    1,
    "begin the file with # syntax=IMAGE, such as localhost:5000/pith:1",
  ],
];

describe.each([
  ["habits of a Dockerfile", docker],
  ["more habits", more],
  ["habits of Compose", compose],
  ["YAML", yaml],
  ["names and files", names],
])("%s", (_, mistakes) => {
  it.each(mistakes)("%s", async (_what, spec, code, line, answer) => {
    const { err } = await pith(["lint"], { files: { ...files, "pith.yaml": spec } });
    const [first = ""] = err.split("\n\n");
    expect(/^([A-Z_]+)/u.exec(first)?.[1], err).toBe(code);
    expect(Number(/^ {2}pith\.yaml:(\d+):/mu.exec(first)?.[1])).toBe(line);
    expect(/^hint: (.*)$/mu.exec(first)?.[1]).toBe(answer);
  });
});

describe("words of other commands", () => {
  it.each<readonly [line: string, code: string, answer: string]>([
    [
      "build",
      "USAGE_INVALID",
      "name it for this machine's engine with -t app:1, or say where it goes, as with -o oci-archive:out.tar",
    ],
    ["build --no-cache -t app:1", "USAGE_INVALID", "leave it out: nothing is cached without an engine"],
    ["build --push -t app:1", "USAGE_INVALID", "write -o localhost:5000/app:1"],
    ["build -o type=oci,dest=x.tar", "OUTPUT_INVALID", "write -o oci-archive:x.tar"],
    ["build -o x.tar", "OUTPUT_INVALID", "write -o oci-archive:x.tar"],
    ["build --build-arg A -o oci:x", "USAGE_INVALID", "write it as --build-arg A=VALUE"],
    ["build --platform arm -o oci:x", "OPTION_INVALID", "write it as linux/ARCHITECTURE, such as linux/arm64"],
    [
      "build --target prod -o oci:x",
      "TARGET_UNKNOWN",
      "use one of debug, builder, dependencies, diff, explain, lock, manifest, record, report, rootfs, sbom, spec, try, vex",
    ],
    ["build -f spec.yaml -o oci:x", "SPEC_MISSING", "give the path of the spec with -f"],
    ["build --source dir:/ -o oci:x", "USAGE_INVALID", "write it as --source main=oci:DIR"],
    [
      "run -d",
      "USAGE_INVALID",
      "leave it out, or use docker run -d with the image: pith run shows the output until Ctrl-C",
    ],
    ["run --rm", "USAGE_INVALID", "leave it out: nothing of the container stays"],
    ["run -v /a:/b", "CONTEXT_INVALID", "write --volume /a:/b to mount a directory"],
    ["run --port 80:80", "USAGE_INVALID", "write -p 8080:8000"],
    ["pull debian", "COMMAND_UNKNOWN", "write pith copy registry:NAME oci-archive:FILE"],
    ["scan app", "COMMAND_UNKNOWN", "write pith audit IMAGE"],
    ["biuld", "COMMAND_UNKNOWN", "did you mean build?"],
    ["audit --fail-on critical .", "OPTION_INVALID", "use high, medium or low"],
    ["push app:1 app:1", "REGISTRY_REFERENCE", "write it as localhost:5000/app:1"],
    ["explain /bin/sh", "MANIFEST_INVALID", "make one with docker build --target manifest -o ."],
  ])("pith %s", async (line, code, answer) => {
    const { err } = await pith(line.split(" "), { files: { ...files, "pith.yaml": app } });
    const [first = ""] = err.split("\n\n");
    expect(/^([A-Z_]+)/u.exec(first)?.[1], err).toBe(code);
    expect(/^hint: (.*)$/mu.exec(first)?.[1]).toBe(answer);
  });
});
