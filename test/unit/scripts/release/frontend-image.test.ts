import { expect, test } from "vitest";
import { imageSpec } from "../../../../scripts/release/frontend-image.ts";

test("the image has files that nobody but root may change, and a folder for each mount", () => {
  const spec = imageSpec(["frontend.js"], ["musl.txt"]);
  expect(JSON.parse(spec)).toMatchObject({
    include: ["frontend.yaml"],
    files: {
      "/pith/frontend.js": { from: "context", src: "frontend.js", owner: "0:0", mode: "0644" },
      "/pith/licences/musl.txt": { src: "licences/musl.txt", mode: "0644" },
      "/pith/request": { directory: true },
      "/pith/roots/31": { directory: true },
    },
  });
});
