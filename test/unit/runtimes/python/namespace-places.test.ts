import { expect, it } from "vitest";
import { check, debian } from "./trace-python.ts";

it("takes the files of a namespace that a source reads by its name", async () => {
  const root = `${debian}
//- /usr/lib/python3/dist-packages/hyphens/__init__.py
import sys
sys.path.append('/usr/share')
dictionaries = resources.files('hyphen')
//- /usr/share/hyphen/hyph_de.dic
//- /usr/share/other/file
//- /app/main.py
import hyphens
`;
  expect(
    (await check({ root, cmd: ["main.py"] })).split("\n").filter((line) => line.startsWith("/usr/share/")),
  ).toMatchInlineSnapshot(`
    [
      "/usr/share/hyphen/hyph_de.dic  system  /usr/lib/python3/dist-packages/hyphens/__init__.py reads the files of hyphen (proved)",
    ]
  `);
});
