import { expect, it } from "vitest";
import { namesInTexts } from "../../../../src/runtimes/python/text-names.ts";

it("reads the lists of names in texts, beside quotes that nothing closes on their line", () => {
  const source = `# don't
parts = "shop.mail,shop.pdf"
more = ["a", 'b', "shop.web,shop.sms"]
`;
  expect(namesInTexts(source, { names: new Set(), importsComputed: true })).toEqual([
    "shop.mail",
    "shop.pdf",
    "shop.web",
    "shop.sms",
  ]);
});
