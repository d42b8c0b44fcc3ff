import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { directoryTable } from "../../../../src/adapters/layers/directory-table.ts";
import { textStore } from "../../../../src/adapters/layers/paged.ts";

const names = fc.oneof(
  fc.constantFrom("a", "b", "lib.so.1", "\u00e9", "\u{1f600}", "\udc80x", "n".repeat(255)),
  fc.string({ minLength: 1, maxLength: 20, unit: "binary" }),
);
const steps = fc.array(
  fc.record({
    what: fc.constantFrom("put", "put", "remove"),
    directory: fc.nat({ max: 3 }),
    name: names,
    node: fc.nat({ max: 2 ** 31 }),
  }),
);

test.prop([steps])("a table answers as maps do", (taken) => {
  const table = directoryTable(textStore());
  const maps = [0, 1, 2, 3].map(() => new Map<string, number>());
  for (const { what, directory, name, node } of taken) {
    if (what === "put") table.put(directory, name, node);
    else table.remove(directory, name);
    if (what === "put") maps[directory]?.set(name, node);
    else maps[directory]?.delete(name);
  }
  for (const { directory, name } of taken) expect(table.find(directory, name)).toBe(maps[directory]?.get(name));
  for (const [directory, map] of maps.entries()) {
    expect(table.sizeOf(directory)).toBe(map.size);
    expect(new Map(table.list(directory))).toEqual(map);
  }
});

it("keeps what it has when it grows", () => {
  const table = directoryTable(textStore());
  const nameOf = (index: number) => `${"x".repeat(index % 200)}${index}`;
  for (let index = 0; index < 20_000; index++) table.put(index % 7, nameOf(index), index);
  for (let index = 0; index < 20_000; index++) expect(table.find(index % 7, nameOf(index))).toBe(index);
  expect(table.find(1, nameOf(0))).toBeUndefined();
});
