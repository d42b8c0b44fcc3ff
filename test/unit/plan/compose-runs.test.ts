import { expect, test } from "vitest";
import { composeRuns } from "../../../src/plan/compose-runs.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function runsOf(files: Readonly<Record<string, string>>, target?: string): ReturnType<typeof composeRuns> {
  const bytes = new Map(Object.entries(files).map(([name, text]) => [name, encode(text)]));
  return composeRuns(bytes, { specName: "pith.yaml", target });
}

test("services that build the spec, and those that take their image", () => {
  const file = `
x-app: &app
  build: { context: ., dockerfile: pith.yaml }
  image: shop
services:
  web:
    <<: *app
    healthcheck: { test: ["CMD", "curl", "-f", "http://localhost/"] }
  worker:
    image: shop
    command: celery -A shop worker
    environment: { QUEUE: slow, HOST: "\${HOST}", LEVEL: "\${LEVEL:-info}", PRICE: "5$$" }
  beat:
    image: shop
    entrypoint: ["python3", "-m", "shop.beat"]
    working_dir: /srv/beat
    healthcheck: { test: pgrep beat || exit 1 }
  shell: { extends: { service: worker }, command: 'sh -c "a | b"' }
  plain: *app
  other: { build: ., command: never }
  cache: { image: redis, command: redis-server --never }
`;
  expect(runsOf({ "compose.yaml": file })).toEqual([
    {
      by: "the service web in compose.yaml",
      env: {},
      check: ["curl", "-f", "http://localhost/"],
    },
    {
      by: "the service worker in compose.yaml",
      cmd: ["celery", "-A", "shop", "worker"],
      env: { QUEUE: "slow", LEVEL: "info", PRICE: "5$" },
    },
    {
      by: "the service beat in compose.yaml",
      entrypoint: ["python3", "-m", "shop.beat"],
      env: {},
      workdir: "/srv/beat",
      check: ["/bin/sh", "-c", "pgrep beat || exit 1"],
    },
    {
      by: "the service shell in compose.yaml",
      cmd: ["sh", "-c", "a | b"],
      env: { QUEUE: "slow", LEVEL: "info", PRICE: "5$" },
    },
  ]);
});

test("an override says how a service of another file runs", () => {
  const runs = runsOf({
    "docker-compose.yml": "services: { web: { build: { context: ./, dockerfile: pith.yaml } } }",
    "docker-compose.override.yml": "services: { web: { command: [serve, --debug] }, other: { command: no } }",
  });
  expect(runs).toEqual([{ by: "the service web in docker-compose.override.yml", cmd: ["serve", "--debug"], env: {} }]);
});

test("a target has the services that build it, and a report those without a target", () => {
  const build = (target: string): string => `{ context: ., dockerfile: pith.yaml${target} }`;
  const file = `services: { web: { build: ${build("")}, command: web }, small: { build: ${build(", target: small")}, command: small } }`;
  const commands = (target?: string) => runsOf({ "compose.yaml": file }, target).map(({ cmd }) => cmd);
  expect(commands()).toEqual([["web"]]);
  expect(commands("small")).toEqual([["small"]]);
  expect(commands("explain")).toEqual([["web"]]);
});

test.each([
  ["another folder", "services: { web: { build: { context: web, dockerfile: pith.yaml }, command: x } }"],
  ["a Dockerfile", "services: { web: { build: ., command: x } }"],
  ["no service", "services: [web]"],
  ["no YAML", "services: {"],
  ["no map", "- a"],
  ["no check", "services: { a: { build: { context: ., dockerfile: pith.yaml }, healthcheck: { test: [NONE] } } }"],
  ["itself", "services: { a: { extends: a, image: x } }"],
  ["a service without end", `services: { a: ${"{ b: ".repeat(5000)}1${" }".repeat(5000)} }`],
  ["a tag", "services: { web: !reset { command: x } }"],
])("says nothing of %s", (_, file) => {
  expect(runsOf({ "compose.yaml": file })).toEqual([]);
});

test("a file that names the spec and cannot be read is told", () => {
  const anchors = Array.from({ length: 30 }, (_, at) => `x-${at}: &a${at} 1\n`).join("");
  const file = `${anchors}services: { web: { build: { context: ., dockerfile: pith.yaml }, command: x } }`;
  expect(runsOf({ "compose.yaml": file, "docker-compose.yml": anchors })).toEqual([
    { by: "compose.yaml", env: {}, isUnread: true },
  ]);
});
