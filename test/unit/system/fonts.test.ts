import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { python } from "../../../src/runtimes/python/python.ts";
import { features } from "../../../src/system/features.gen.ts";
import { closureOf } from "../../support/closure.ts";

it.each([
  ['truetype("Own-Bold.ttf", 12)', ""],
  ['truetype(json.load(open("own.json"))["font"])', '//- /app/own.json\n{"font": "Own-Bold.ttf"}\n'],
  [
    'truetype(json.load(open("long.json"))["font"])',
    `//- /app/long.json\n{"a": "${"a".repeat(2 ** 18)}", "font": "Own-Bold.ttf"}\n`,
  ],
  [
    "import desk",
    `//- /usr/lib/python3.13/site-packages/desk/__init__.py
truetype("Own-Bold.ttf")
//- /usr/lib/python3.13/site-packages/desk-1.dist-info/RECORD
desk/__init__.py,sha256=a,1
desk-1.dist-info/direct_url.json,,
//- /usr/lib/python3.13/site-packages/desk-1.dist-info/direct_url.json
{"dir_info": {}, "url": "file:///src"}
//- /usr/lib/python3.13/site-packages/other/__init__.py
truetype("Own.ttf")
`,
  ],
])("a font that the application names by its file ships from where fonts lie: %.60s", async (app, more) => {
  for (const prune of ["safe", "reachable"] as const) {
    const { entries } = await closureOf({
      root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/share/fonts/truetype/own/Own-Bold.ttf
//- /usr/share/fonts/truetype/own/Own.ttf
//- /app/app.py
${app}
${more}`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
      process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [python], features },
    });
    const fonts = entries.flatMap(({ path, kind }) => (kind === "file" && path.endsWith(".ttf") ? [path] : []));
    expect(fonts).toEqual(["/usr/share/fonts/truetype/own/Own-Bold.ttf"]);
  }
});
