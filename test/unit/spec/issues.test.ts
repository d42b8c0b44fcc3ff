import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";

const four = "# syntax=localhost:5000/pith:1\nfrom: node:24-slim\ninterpreter: node\napp: .\n";

/** What somebody writes who knows Docker and Compose, after the four lines: its finding, and the line to write. */
const after: readonly (readonly [written: string, code: string, hint: string])[] = [
  ["entry: server.js", "SPEC_UNKNOWN_KEY", "write app: {src: ., entry: [server.js]}"],
  ["entrypoint: node server.js", "SPEC_WRONG_TYPE", "write entrypoint: [node, server.js]"],
  ["cmd: npm start", "SPEC_WRONG_TYPE", "write cmd: [npm, start]"],
  ["command: node server.js", "SPEC_UNKNOWN_KEY", "write cmd: [server.js]"],
  ["expose: 3000", "SPEC_UNKNOWN_KEY", "write ports: [3000]"],
  ["ports: 3000", "SPEC_WRONG_TYPE", "write ports: [3000]"],
  ["ports: ['8080:3000']", "SPEC_VALUE", "write ports: [3000]"],
  ["env: {PORT: 3000}", "SPEC_WRONG_TYPE", 'write it in quotes: "3000"'],
  ["env: [PORT=3000]", "SPEC_WRONG_TYPE", 'write env: {PORT: "3000"}'],
  ["environment: {PORT: '3000'}", "SPEC_UNKNOWN_KEY", 'write env: {PORT: "3000"}'],
  ["user: 1000", "SPEC_WRONG_TYPE", 'write user: "1000"'],
  ["user: {uid: 1000}", "SPEC_WRONG_TYPE", 'write user: "1000:1000"'],
  ["workdir: app", "SPEC_PATH", "write an absolute path, such as /app"],
  ["WORKDIR: /app", "SPEC_UNKNOWN_KEY", "write workdir: /app"],
  ["working_dir: /app", "SPEC_UNKNOWN_KEY", "write workdir: /app"],
  ["volume: /data", "SPEC_UNKNOWN_KEY", "write volumes: [/data]"],
  ["volumes: [./data:/data]", "SPEC_PATH", "write volumes: [/data]"],
  ["labels: [team=core]", "SPEC_WRONG_TYPE", "write labels: {team: core}"],
  [
    "healthcheck: curl -f http://localhost:3000/",
    "SPEC_WRONG_TYPE",
    "write healthcheck: {http: http://localhost:3000/}",
  ],
  [
    "healthcheck: {test: [CMD, curl, -f, http://localhost:80], interval: 30s}",
    "SPEC_UNKNOWN_KEY",
    'write healthcheck: {http: http://localhost:80, interval: "30s"}',
  ],
  ["packages: curl", "SPEC_WRONG_TYPE", "write packages: [curl]"],
  ["packages: [apt-get install -y curl]", "SPEC_VALUE", "write packages: [curl]"],
  ["run: npm run build", "SPEC_UNKNOWN_KEY", "write build: [npm run build]"],
  ["build: npm run build", "SPEC_WRONG_TYPE", "write it as a list: [npm run build]"],
  ["copy: . /src", "SPEC_UNKNOWN_KEY", "write build: [{copy: {src: [.], dest: /src}}]"],
  ["binaries: curl", "SPEC_WRONG_TYPE", "write binaries: [curl]"],
  ["binaries: ['nginx - curl']", "SPEC_VALUE", "write a list: [nginx, curl]"],
  ["files: [motd]", "SPEC_WRONG_TYPE", "write files: {/PATH/motd: {from: context, src: motd}}"],
  ["files: {motd: /etc/motd}", "SPEC_PATH", "write files: {/etc/motd: {from: context, src: motd}}"],
  ["files: {etc/motd: {src: motd}}", "SPEC_PATH", "write an absolute path, such as /etc/motd"],
  [
    "env: {A: '${VERSION}'}",
    "ARG_UNSET",
    "declare it, as args: {VERSION: VALUE}, or write $${VERSION} to leave it to the shell",
  ],
  ["stages: {build: {from: node:24}}", "SPEC_UNKNOWN_KEY", "write builders: {build: {from: node:24}}"],
  ["restart: always", "SPEC_UNKNOWN_KEY", "remove it: it says how the image is run, and stands in the Compose file"],
  ["stopsignal: SIGINT", "SPEC_UNKNOWN_KEY", "write stop-signal: SIGINT"],
  ["timezone: Europe/Zurich", "SPEC_UNKNOWN_KEY", "write system: {timezone: Europe/Zurich}"],
  ["prune: reachable", "SPEC_UNKNOWN_KEY", "write app: {src: ., prune: reachable}"],
  ["app: src", "SPEC_DUPLICATE_KEY", "keep one of the two"],
];

test.for(after)("%s", async ([written, code, hint]) => {
  const { diagnostics } = await parseText(Buffer.from(`${four}${written}\n`));
  const found = diagnostics.find((one) => one.code === code && one.hint === hint);
  expect(found, JSON.stringify(diagnostics.map((one) => [one.code, one.hint]))).toBeDefined();
  expect(found?.span?.start.line).toBe(5);
});

test("each line to write is right", async () => {
  const lines = after.flatMap(([, , hint]) => /^write (?<line>[a-z-]+: .*)$/u.exec(hint)?.groups?.["line"] ?? []);
  expect(lines.length).toBeGreaterThan(25);
  for (const line of lines) {
    const spec = line.startsWith("app:") ? four.replace("app: .\n", "") : four;
    const { diagnostics } = await parseText(Buffer.from(`${spec}${line}\n`));
    expect({ line, found: diagnostics.filter(({ severity }) => severity === "error") }).toEqual({ line, found: [] });
  }
});

/** Whole specs, with the line of the finding. */
const whole: readonly (readonly [written: string, line: number, code: string, hint: string])[] = [
  [
    "FROM node:24\nCOPY . .\n",
    2,
    "SPEC_ROOT",
    "keep it as a Dockerfile, and write a spec: from: {dockerfile: Dockerfile}",
  ],
  [
    "- from: node:24\n",
    2,
    "SPEC_ROOT",
    "begin with three lines: `from: python:3.13-slim`, `interpreter: python3`, `app: .`",
  ],
  ["from:node:24\ninterpreter: node\n", 2, "SPEC_KEY", "write from: node:24"],
  ["from: node:24\n interpreter: node\n", 3, "SPEC_KEY", "indent it as the other keys are"],
  ["from: node:24\n\tinterpreter: node\n", 3, "SPEC_TAB", "indent with spaces"],
  ["image: node:24\ninterpreter: node\n", 2, "SPEC_UNKNOWN_KEY", "write from: node:24"],
  ["from: node:24\ninterpretr: node\n", 3, "SPEC_UNKNOWN_KEY", "did you mean interpreter?"],
  [
    "from: node:24\ninterpreter: node\napp: /app\n",
    4,
    "SPEC_PATH",
    "write it relative to the build context, as app: . for all of it; files of the builder are app: {from: main, src: /app}",
  ],
  ["version: '3'\nfrom: node:24\n", 2, "SPEC_VERSION", "remove it, or write version: 1"],
  [
    "services:\n  web:\n    build: .\n",
    2,
    "SPEC_UNKNOWN_KEY",
    "keep the Compose file, with build: {dockerfile: pith.yaml}, and write the spec beside it",
  ],
  ['from: node:24\nenv: {A: "x}\n', 3, "SPEC_SYNTAX", "close the quote, and indent lines inside it more than the key"],
];

test.for(whole)("%s", async ([written, line, code, hint]) => {
  const { diagnostics } = await parseText(Buffer.from(`# syntax=localhost:5000/pith:1\n${written}`));
  const found = diagnostics.find((one) => one.code === code && one.hint === hint);
  expect(found, JSON.stringify(diagnostics.map((one) => [one.code, one.hint]))).toBeDefined();
  expect(found?.span?.start.line).toBe(line);
});
