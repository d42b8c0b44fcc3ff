import { expect, test } from "vitest";
import type { ClosureRequest } from "../../../src/closure/model/request.ts";
import { openView } from "../../../src/closure/model/view.ts";
import { placedRoots } from "../../../src/resolver/placed-roots.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import type { PlacedFile } from "../../../src/rootfs/placed-file.ts";
import { rootPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";

const program = { content: "#!/bin/sh\n", mode: 0o755 };
const compiled = { content: "\u007fELF", mode: 0o755 };
const text = { content: "x" };

const root = memoryRootFs([
  ["/bin", { target: "usr/bin" }],
  ["/usr/bin/save", program],
  ["/usr/local/bin/backup", program],
  ["/usr/local/bin/report", program],
  ["/usr/local/bin/server", compiled],
  ["/usr/local/bin/notes.txt", text],
  ["/etc/desk/desk.conf", text],
  ["/etc/cron.d/desk", text],
  ["/etc/passwd", text],
  ["/etc/desk/key", { ...text, mode: 0o600 }],
  ["/root/.npmrc", text],
  ["/srv/pages/index.html", text],
  ["/srv/node_modules/x/index.js", text],
  ["/srv/films/one", { content: "x".repeat(2 ** 22 + 1) }],
  ["/app/main.js", text],
  ["/tmp/setup", program],
]);
const tree = { id: "builder:main", prefix: rootPath, kind: "builder", root } as const;
const view = openView({ name: "main" }, [tree]);

async function roots(
  placed: readonly (Partial<PlacedFile> & Pick<PlacedFile, "dest">)[],
  more: Partial<Pick<ClosureRequest["process"], "appRoot" | "prune" | "entrypoint" | "cmd">> = {},
): Promise<readonly string[]> {
  const all = placed.map((one) => ({ name: "x", isOfStage: false, ...one }));
  const found = await placedRoots({ placed: all, prune: "safe", ...more }, view);
  return found.map((one) => {
    if (one.kind === "large-directory") return `${one.path}: large${one.isOfStage ? ", of a stage" : ""}`;
    return "path" in one ? one.path : one.kind;
  });
}

test("a program on the PATH, by its own name and by that of its directory", async () => {
  expect(await roots([{ name: "backup.sh", dest: "/usr/local/bin/backup" }])).toEqual(["/usr/local/bin/backup"]);
  expect(await roots([{ name: "report", dest: "/usr/local/bin/" }])).toEqual(["/usr/local/bin/report"]);
  expect(await roots([{ name: "save", dest: "/bin/" }])).toEqual(["/bin/save"]);
});

test("a pattern, and a directory of which the content was looked at; what is no program stays out", async () => {
  expect(await roots([{ name: "b*", dest: "/usr/local/bin/" }])).toEqual(["/usr/local/bin/backup"]);
  const contents = ["backup", "gone", "notes.txt"];
  expect(await roots([{ name: "bin", dest: "/usr/local/bin/", contents }])).toEqual(["/usr/local/bin/backup"]);
});

test("of a directory of another stage, compiled programs alone", async () => {
  const contents = ["report", "server"];
  const copy = { name: "bin", dest: "/usr/local/bin", contents, isOfStage: true };
  expect(await roots([copy])).toEqual(["/usr/local/bin/server"]);
  expect(await roots([{ name: "report", dest: "/usr/local/bin/", isOfStage: true }])).toEqual([
    "/usr/local/bin/report",
  ]);
});

test("files and directories of the context, and files of stages", async () => {
  expect(await roots([{ dest: "/etc/desk/desk.conf" }, { dest: "/etc/cron.d/desk", isOfStage: true }])).toEqual([
    "/etc/desk/desk.conf",
    "/etc/cron.d/desk",
  ]);
  expect(await roots([{ name: "pages", dest: "/srv/pages" }])).toEqual(["/srv/pages"]);
  expect(await roots([{ name: "pages", dest: "/srv/pages", isOfStage: true }])).toEqual(["/srv/pages"]);
  expect(await roots([{ name: "", dest: "/srv/node_modules", isOfStage: true }])).toEqual([]);
  expect(await roots([{ name: "", dest: "/" }])).toEqual([]);
});

test("at `reachable`, a large directory stays out", async () => {
  const placed = [{ dest: "/usr/local/bin/backup" }, { dest: "/etc/desk/desk.conf" }, { name: "", dest: "/srv/pages" }];
  expect(await roots(placed, { prune: "reachable" })).toEqual([
    "/usr/local/bin/backup",
    "/etc/desk/desk.conf",
    "/srv/pages",
  ]);
  const films = { name: "films", dest: "/srv/films" };
  expect(await roots([films], { prune: "reachable" })).toEqual(["/srv/films: large"]);
  expect(await roots([films])).toEqual(["/srv/films"]);
  expect(await roots([{ ...films, isOfStage: true }])).toEqual(["/srv/films: large, of a stage"]);
});

test("neither secrets, files that are made, scratch files nor what is the application's", async () => {
  const dests = ["/etc/desk/key", "/root/.npmrc", "/etc/passwd", "/tmp/setup", "/app/main.js", "/gone"];
  expect(
    await roots(
      dests.map((dest) => ({ dest })),
      { appRoot: toAbsPath("/app") },
    ),
  ).toEqual([]);
});

test("what the image starts ships for that reason", async () => {
  const placed = [{ dest: "/usr/local/bin/backup" }, { dest: "/usr/local/bin/report" }];
  expect(await roots(placed, { entrypoint: ["backup"], cmd: ["report"] })).toEqual(["/usr/local/bin/report"]);
  expect(await roots(placed, { cmd: ["/usr/local/bin/report"] })).toEqual(["/usr/local/bin/backup"]);
  const settings = { name: "etc", dest: "/etc/desk/" };
  expect(await roots([settings], { entrypoint: ["desk"] })).toEqual(["/etc/desk"]);
});
