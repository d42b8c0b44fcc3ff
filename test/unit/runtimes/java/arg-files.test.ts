import { expect, it } from "vitest";
import { expandArgFiles, splitArgFile } from "../../../../src/runtimes/java/arg-files.ts";

it("splits argument files as the launcher does", () => {
  expect(splitArgFile("-cp \"a b\\\n   c\" # not this\n'x\\\\y' a#b\n")).toEqual(["-cp", "a bc", "x\\y", "a#b"]);
});

it("puts argument files in their places, before the class only", async () => {
  const read = (path: string) => Promise.resolve(path === "f" ? "-cp x" : undefined);
  expect(await expandArgFiles(["@f", "@@g", "Main", "@f"], read)).toEqual({
    args: ["-cp", "x", "@g", "Main", "@f"],
    files: ["f"],
  });
  expect((await expandArgFiles(["--disable-@files", "@f"], read)).files).toEqual([]);
});
