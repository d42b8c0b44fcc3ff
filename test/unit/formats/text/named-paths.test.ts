import { expect, it } from "vitest";
import { pathsInConfiguration } from "../../../../src/formats/text/named-paths.ts";

it("reads paths of JSON whose slashes are escaped", () => {
  const text = JSON.stringify({ words: "/usr/share/dict/words" }).replaceAll("/", "\\/");
  expect(pathsInConfiguration(text).map((one) => one.text)).toEqual(["/usr/share/dict/words"]);
});
