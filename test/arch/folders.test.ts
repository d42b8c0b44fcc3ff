import { expect, test } from "vitest";
import { type Graph, readGraph } from "../support/import-graph.ts";

/** The one table: each room may import only what stands to its right. */
const order: readonly string[] =
  "bin cli adapters frontend assembler resolver inspect image plan runtimes system packages dlopen loader closure spec formats rootfs diagnostics".split(
    " ",
  );

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

test("rooms stay small: the largest under 26 % of src, closure under 6,000 lines, no file over 400", async () => {
  const { files } = await graph;
  const sizes = new Map<string, number>();
  for (const { room, lines } of files) sizes.set(room, (sizes.get(room) ?? 0) + lines);
  const total = [...sizes.values()].reduce((sum, lines) => sum + lines, 0);
  expect([...sizes].filter(([, lines]) => lines >= total * 0.26)).toEqual([]);
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
