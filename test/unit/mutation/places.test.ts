import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { brokenPlaces } from "../../mutation/places.ts";

it("each folder of the sources has a rule that npm run broken-places breaks", () => {
  const folders = readdirSync(join(projectFolder, "src"));
  expect(brokenPlaces.map(({ file }) => file.split("/")[0])).toEqual(folders.toSorted());
});

it.each(brokenPlaces)("$file has the text of its rule once", ({ file, from, to }) => {
  expect(readFileSync(join(projectFolder, "src", file), "utf8").split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});
