import { expect, test } from "vitest";
import type { StatedRun } from "../../../../src/closure/model/request.ts";
import { resolveClosure } from "../../../../src/closure/walk/resolve.ts";
import { features } from "../../../../src/system/features.gen.ts";
import { bare, lineRuntime, openCase } from "../../../support/closure.ts";

const root = `
//- /usr/bin/line 0755 elf=x86_64
//- /usr/bin/check 0755 elf=x86_64
//- /usr/bin/never 0755 elf=x86_64
//- /app/main.txt
//- /app/worker.txt
import /app/work.txt
//- /app/work.txt
//- /app/other.txt
//- /srv/worker.conf
//- /usr/share/zoneinfo/Europe/Paris
//- /usr/share/zoneinfo/Asia/Tokyo
`;

async function check(...runs: readonly StatedRun[]): Promise<readonly string[]> {
  const { request, views } = openCase({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" }],
    process: { cmd: ["/app/main.txt"] },
  });
  const asked = { ...request, runs, system: { ...request.system, timezone: "none" as const } };
  const { entries, diagnostics } = await resolveClosure(asked, views, { ...bare, runtimes: [lineRuntime], features });
  return [
    ...entries.filter(({ kind }) => kind === "file").map(({ path, reason }) => `${path}: ${reason.why}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

test("a service's command, its check and its variables lead to files", async () => {
  const by = "the service worker in compose.yaml";
  const env = { SETTINGS: "/srv/worker.conf" };
  expect(await check({ by, cmd: ["/app/worker.txt"], env, check: ["check", "--now"] })).toMatchInlineSnapshot(`
    [
      "/app/main.txt: starts /app/main.txt",
      "/app/other.txt: brings its author's directory /app",
      "/app/work.txt: imports /app/work.txt",
      "/app/worker.txt: starts /app/worker.txt",
      "/etc/group: lists users and groups in it",
      "/etc/passwd: lists users and groups in it",
      "/srv/worker.conf: names /srv/worker.conf in SETTINGS, for the service worker in compose.yaml",
      "/usr/bin/check: checks the service worker in compose.yaml with it",
      "/usr/bin/line: runs it for the service worker in compose.yaml",
    ]
  `);
});

test("a service without a command has the image's own, and with an entrypoint none", async () => {
  const by = "the service shell in compose.yaml";
  expect(await check({ by, env: { TZ: "Asia/Tokyo" } })).toContain("/usr/share/zoneinfo/Asia/Tokyo: has TZ=Asia/Tokyo");
  const found = await check({ by, entrypoint: ["/usr/bin/check"], env: {} });
  expect(found).toContain("/usr/bin/check: runs it for the service shell in compose.yaml");
});

test("a command that the builder lacks is a warning", async () => {
  expect(await check({ by: "the service web in compose.yaml", env: {}, check: ["curl", "-f", "http://x"] })).toContain(
    "warning PROGRAM_MISSING: cannot find curl: the service web in compose.yaml runs it, and the builder has no such program",
  );
});

test("a file that cannot be read is a warning", async () => {
  expect(await check({ by: "compose.yaml", env: {}, isUnread: true })).toContain(
    "warning COMPOSE_UNREADABLE: cannot tell what the services of compose.yaml start: it is not plain YAML with few anchors and tags",
  );
});
