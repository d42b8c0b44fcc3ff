import { expect, test } from "vitest";
import { type Graph, readGraph } from "../support/import-graph.ts";

/** The one table: each room may import only what stands to its right. */
const order: readonly string[] =
  "bin cli adapters frontend assembler resolver inspect image plan runtimes languages values system packages dlopen loader closure detect spec formats rootfs diagnostics".split(
    " ",
  );

/** Rooms that reach the world: files, network, clocks, the process. Every other room is a function of its input. */
const reachesWorld: ReadonlySet<string> = new Set(["bin", "cli", "adapters"]);

/** Rooms of plug-ins: a folder below them imports no sibling but `shared`. */
const pluginRooms: ReadonlySet<string> = new Set(["runtimes", "packages", "dlopen", "system"]);

/** The frontend runs in another program than the resolver and shares only the names in its face. */
const separate: readonly (readonly [from: string, to: string])[] = [["frontend", "resolver"]];

const worldModules =
  /^(?:node:(?:fs|net|http|https|http2|tls|dgram|child_process|worker_threads|os|process)\b|undici|@grpc\/)/;
const worldGlobals =
  /(?<!\.)\bprocess\.(?:argv|env|exit|exitCode|hrtime|memoryUsage|nextTick|pid|std(?:err|in|out))\b|(?<!\.)\bfetch\(|Date\.now\(|Math\.random\(|new Date\(\)/;

const graph: Promise<Graph> = readGraph();

/** The rooms that a room imports, each with how many imports. */
function uses({ files }: Graph): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const found = new Map<string, Map<string, number>>();
  for (const file of files) {
    const row = found.get(file.room) ?? new Map<string, number>();
    found.set(file.room, row);
    for (const { room } of file.imports) {
      if (room !== undefined && room !== file.room) row.set(room, (row.get(room) ?? 0) + 1);
    }
  }
  return found;
}

test("every folder of src is a room of the table, and every room is there", async () => {
  const rooms = new Set((await graph).files.map(({ room }) => room));
  expect([...rooms].toSorted()).toEqual(order.toSorted());
});

test("imports point to the right", async () => {
  const backwards = (await graph).files.flatMap((file) =>
    file.imports.flatMap(({ room, path }) =>
      room !== undefined && order.indexOf(room) < order.indexOf(file.room) ? [`${file.path} imports ${path}`] : [],
    ),
  );
  expect(backwards).toEqual([]);
});

test("the frontend imports nothing of the resolver, which is another program", async () => {
  const crossing = (await graph).files.flatMap((file) =>
    file.imports.flatMap(({ room, path }) =>
      separate.some(([from, to]) => file.room === from && room === to) ? [`${file.path} imports ${path}`] : [],
    ),
  );
  expect(crossing).toEqual([]);
});

test("no plug-in imports its sibling", async () => {
  const crossing = (await graph).files.flatMap((file) => {
    const [room, own] = file.path.split("/");
    if (room === undefined || !pluginRooms.has(room) || file.path.split("/").length < 3) return [];
    return file.imports.flatMap(({ path }) => {
      const [otherRoom, other, ...rest] = path.split("/");
      const isSibling = otherRoom === room && rest.length > 0 && other !== own && other !== "shared";
      return isSibling ? [`${file.path} imports ${path}`] : [];
    });
  });
  expect(crossing).toEqual([]);
});

test("a language and a package database are one folder: outside it, only generated lists import it", async () => {
  const reaching = (await graph).files.flatMap((file) =>
    file.imports.flatMap(({ path }) => {
      const [room = "", own, ...rest] = path.split("/");
      const isPlugin = ["runtimes", "packages"].includes(room) && rest.length > 0 && own !== "shared";
      const isAllowed = file.isGenerated || file.path.startsWith(`${room}/${own ?? ""}/`);
      return isPlugin && !isAllowed ? [`${file.path} imports ${path}`] : [];
    }),
  );
  expect(reaching).toEqual([]);
});

test("a kind of application knows no other kind", async () => {
  const kindOf = (path: string) => /^detect\/kinds\/(?<kind>\w+)/u.exec(path)?.groups?.["kind"];
  const crossing = (await graph).files.flatMap((file) =>
    file.imports.flatMap(({ path }) => {
      const [own, other] = [kindOf(file.path), kindOf(path)];
      return own !== undefined && other !== undefined && own !== other ? [`${file.path} imports ${path}`] : [];
    }),
  );
  expect(crossing).toEqual([]);
});

test("no import circle", async () => {
  expect((await graph).circles).toEqual([]);
});

test("the core has no clock, no network, no environment and no files of the host", async () => {
  const broken = (await graph).files.flatMap((file) => {
    if (reachesWorld.has(file.room)) return [];
    const modules = file.imports.filter(({ text }) => worldModules.test(text)).map(({ text }) => text);
    const used = worldGlobals.exec(file.code)?.[0];
    return [...modules, ...(used === undefined ? [] : [used])].map((what) => `${file.path} uses ${what}`);
  });
  expect(broken).toEqual([]);
});

test("rooms stay small: the largest under 26 % of src, a plug-in under 10 %, closure under 6,000 lines, no file over 400", async () => {
  const { files } = await graph;
  const sizes = new Map<string, number>();
  const total = files.reduce((sum, { lines }) => sum + lines, 0);
  for (const { path, room, lines } of files) {
    // A plug-in is a room in its room.
    const plugin = pluginRooms.has(room) ? [path.split("/").slice(0, 2).join("/")] : [];
    for (const part of [room, ...plugin]) sizes.set(part, (sizes.get(part) ?? 0) + lines);
  }
  const limit = (part: string): number => total * (part.includes("/") ? 0.1 : 0.26);
  expect([...sizes].filter(([part, lines]) => lines >= limit(part))).toEqual([]);
  expect(sizes.get("closure")).toBeLessThan(6000);
  expect(files.filter(({ lines, isGenerated }) => lines > 400 && !isGenerated).map(({ path }) => path)).toEqual([]);
});

test("prints the graph", async () => {
  const read = await graph;
  const table = [...uses(read)]
    .toSorted(([left], [right]) => order.indexOf(left) - order.indexOf(right))
    .map(([room, row]) => {
      const lines = read.files.filter((file) => file.room === room).reduce((sum, file) => sum + file.lines, 0);
      const names = [...row].toSorted(([left], [right]) => order.indexOf(left) - order.indexOf(right));
      return `${room} (${lines} lines): ${names.map(([name, count]) => `${name} ${count}`).join(", ")}`;
    });
  process.stdout.write(`${table.join("\n")}\n`);
  expect(table.length).toBe(order.length);
});
