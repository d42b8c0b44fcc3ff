import { expect, it } from "vitest";
import { nodeSkeleton } from "../../../../src/runtimes/node/skeleton.ts";

const source = `#!/usr/bin/env node
// The purpose.
import { join } from "node:path";
const express = require("express");
const app = express();
app.set("views", join(__dirname, "views"));
try { require("optional"); } catch {}
const load = (name) => require("./plugins/" + name + ".js");
app.get("/", (request, response) => response.send("Hello"));
new Worker(new URL("./worker.js", import.meta.url));
const later = await import("./later.js");
`;

const skeletonOf = (text: string, isTraced = false) =>
  nodeSkeleton({ path: "/app/main.js", workdir: "/app", text }, { isTraced });

it("tells modules on their lines, programs and paths, and nothing else", () => {
  expect(skeletonOf(source)).toMatchInlineSnapshot(`
    "#!/usr/bin/env node
    $.word\`views\`;\`/app/views\`;\`/app/worker.js\`;fork(\`/app/worker.js\`);
    import "node:path";
    require(\`express\`);


    try{require(\`optional\`)}catch{}
    ()=>require(\`./plugins/\${_}.js\`);


    import(\`./later.js\`);

    // __dirname"
  `);
});

it.each([
  ["a comment", source.replace("The purpose.", "Nothing.")],
  ["a handler", source.replace('send("Hello")', 'status(200).send("Good day")')],
  ["what follows the last reference", `${source}\nconsole.log(later);\n`],
  ["a variable", source.replaceAll("later =", "soon =")],
])("stays the same after an edit of %s", (_, edited) => {
  expect(edited).not.toBe(source);
  expect(skeletonOf(edited)).toBe(skeletonOf(source));
});

it.each([
  ["a module", source.replace('"express"', '"fastify"')],
  ["whether a module may be missing", source.replace('try { require("optional"); } catch {}', 'require("optional");')],
  ["the line of a module", source.replace("// The", "\n// The")],
  ["a path beside the source", source.replace('"views"));', '"pages"));')],
  ["a computed module", source.replace("./plugins/", "./addons/")],
  ["a program", source.replace("./worker.js", "./other.js")],
])("changes with %s", (_, edited) => {
  expect(edited).not.toBe(source);
  expect(skeletonOf(edited)).not.toBe(skeletonOf(source));
});

it("tells texts only where what ships is traced", () => {
  expect(skeletonOf(source)).not.toContain("Hello");
  expect(skeletonOf(source, true)).toContain('"Hello"');
});

it("tells the references of TypeScript, which is read by its tokens", () => {
  const text = 'import x, { type Y } from "pkg";\nimport type { Z } from "types";\nconst a: Y = require(`./b`) as Y;\n';
  expect(skeletonOf(text)).toMatchInlineSnapshot(`
    "$.word\`types\`;import(\`pkg\`);

    ()=>require(\`./b\`);
    "
  `);
});

it("a first line that JavaScript ends earlier is not taken for a shebang with code in it", () => {
  const text = '#!/usr/bin/env node\rconst a = require(`b${c}`);\nrequire("d");\n';
  expect(skeletonOf(text)).toBeUndefined();
  const windows = skeletonOf('#!/usr/bin/env node\r\nrequire("d");\r\n');
  expect(windows).toContain("#!/usr/bin/env node\r\n");
  expect(skeletonOf(windows ?? "")).toBe(windows);
});

it("tells commands that a script holds below the line that names its program, and reads none there", () => {
  const script = '#!/usr/bin/env node\nimport { spawn } from "node:child_process";\nrun("nl", ["-a"]);\n';
  const skeleton = skeletonOf(script) ?? "";
  expect(skeleton.split("\n")[0]).toBe("#!/usr/bin/env node");
  expect(skeleton.split("\n")[1]).toContain("nl");
  expect(skeletonOf(skeleton)).toBe(skeleton);
  const comment = '#!/ try { x.spawn("ls", ["-l"]); fs.readFileSync(join("process"))';
  expect(skeletonOf(comment)?.trimEnd()).toBe(comment);
});

it("tells where a source in TypeScript takes types alone from, which a compiler in the image asks for", () => {
  const text = `/// <reference types="client" />\nimport type { Shape } from "shapes";\nconst one: import("ones").One = 1;\n`;
  const typed = nodeSkeleton({ path: "/app/main.ts", workdir: "/app", text }, { isTraced: false });
  expect(typed).toMatchInlineSnapshot(`
    "$.word\`client\`;$.word\`ones\`;$.word\`shapes\`;

    //# reference types client
    //# reference types ones
    //# reference types shapes
    // types: "client""
  `);
  const onlyDirective = { path: "/app/main.ts", workdir: "/app", text: '/// <reference types="client" />\n' };
  expect(nodeSkeleton(onlyDirective, { isTraced: false })).toContain("types client");
});
