import { expect, test } from "vitest";
import { isPrunedDirectory, isPrunedFile } from "../../../../src/languages/javascript/prune.ts";
import { traceNode } from "../../runtimes/node/trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";

const addons = `
  //- /app/package.json
  {"dependencies": {"hash": "1", "image": "1"}}
  //- /app/index.js
  require("hash");
  //- /app/node_modules/hash/package.json
  {"main": "hash.js"}
  //- /app/node_modules/hash/hash.js
  module.exports = require("node-gyp-build")(__dirname);
  //- /app/node_modules/hash/binding.gyp
  //- /app/node_modules/hash/src/hash.cc
  //- /app/node_modules/hash/build/Release/hash.node elf=x86_64 needed=libc.so.6
  //- /app/node_modules/hash/build/Release/obj.target/hash.node elf=x86_64 needed=libc.so.6
  //- /app/node_modules/hash/prebuilds/linux-x64/hash.glibc.node elf=x86_64 needed=libc.so.6
  //- /app/node_modules/hash/prebuilds/linux-x64/hash.musl.node elf=x86_64 needed=libc.musl-x86_64.so.1
  //- /app/node_modules/hash/prebuilds/linux-arm64/hash.glibc.node elf=aarch64 needed=libc.so.6
  //- /app/node_modules/hash/prebuilds/darwin-x64/hash.node
  no ELF file
  //- /app/node_modules/hash/prebuilds/freebsd-x64/hash.node elf=x86_64 needed=libc.so.7
  //- /app/node_modules/hash/bin/tool 0755 elf=x86_64 loader needed=libc.so.6
  //- /app/node_modules/hash/bin/cli.js 0755
  //- /app/node_modules/image/package.json
  {"optionalDependencies": {"image-linux": "1", "image-arm": "1", "image-musl": "1", "image-win": "1"}}
  //- /app/node_modules/image/index.js
  //- /app/node_modules/image-linux/package.json
  {"os": ["linux"], "cpu": ["x64"], "libc": ["glibc"]}
  //- /app/node_modules/image-linux/lib/libimage.so.42 elf=x86_64 needed=libc.so.6
  //- /app/node_modules/image-arm/package.json
  {"os": ["linux"], "cpu": ["arm64"]}
  //- /app/node_modules/image-musl/package.json
  {"libc": "musl"}
  //- /app/node_modules/image-win/package.json
  {"os": ["!linux"]}
`;

test("compiled parts are those of the platform", async () => {
  expect(await traceNode(program + addons)).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /app/node_modules/hash/bin/cli.js  file  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/hash/bin/tool  program  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/hash/build/Release/hash.node  object  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/hash/hash.js  module  /app/index.js imports hash
    /app/node_modules/hash/package.json  module  /app/package.json depends on hash
    /app/node_modules/hash/prebuilds/linux-x64/hash.glibc.node  object  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/image-linux/lib/libimage.so.42  object  /app/node_modules/image-linux/package.json has it in its package
    /app/node_modules/image-linux/package.json  module  /app/node_modules/image/package.json depends on image-linux
    /app/node_modules/image/index.js  file  /app/node_modules/image/package.json has it in its package
    /app/node_modules/image/package.json  module  /app/package.json depends on image
    /app/package.json  module  node has the dependencies of the application"
  `);
});

test.each(["safe", "reachable"] as const)(
  "a program for a loader that is not there does not ship, at %s",
  async (prune) => {
    const tool = "/app/node_modules/hash/prebuilds/linuxmusl-x64/receiver";
    const receiver = `//- ${tool} 0755 elf=x86_64 loader=/lib/ld-musl-x86_64.so.1 needed=libgcc_s.so.1\n`;
    expect(await traceNode(program + addons + receiver, { prune })).not.toContain(tool);
    const loader = "//- /lib/ld-musl-x86_64.so.1 0755 elf=x86_64\n";
    expect(await traceNode(program + addons + receiver + loader, { prune })).toContain(`${tool}  program`);
  },
);

test("compiled parts follow a program of musl", async () => {
  const musl = "//- /usr/bin/node 0755 elf=x86_64 loader=/lib/ld-musl-x86_64.so.1 needed=libc.musl-x86_64.so.1\n";
  const text = await traceNode(musl + addons);
  expect(text.split("\n").filter((line) => /\.node|\/image-/u.test(line))).toMatchInlineSnapshot(`
    [
      "/app/node_modules/hash/prebuilds/linux-x64/hash.musl.node  object  /app/node_modules/hash/package.json has it in its package",
      "/app/node_modules/image-musl/package.json  module  /app/node_modules/image/package.json depends on image-musl",
    ]
  `);
});

test("what is reached alone leaves the rest of a package out", async () => {
  expect(await traceNode(program + addons, { prune: "reachable" })).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /app/node_modules/hash/bin/tool  program  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/hash/build/Release/hash.node  object  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/hash/hash.js  module  /app/index.js imports hash
    /app/node_modules/hash/package.json  module  /app/node_modules/hash/hash.js is part of the package that it describes
    /app/node_modules/hash/prebuilds/linux-x64/hash.glibc.node  object  /app/node_modules/hash/package.json has it in its package
    /app/node_modules/image-linux/lib/libimage.so.42  object  /app/node_modules/image-linux/package.json has it in its package
    /app/node_modules/image-linux/package.json  module  /app/node_modules/image/package.json depends on image-linux
    /app/node_modules/image/index.js  module  /app/package.json depends on image
    /app/node_modules/image/package.json  module  /app/node_modules/image/index.js is part of the package that it describes
    /app/package.json  module  node has the dependencies of the application
    ? __dirname:1 {"kind":"package","path":"/app/node_modules/hash"}
    ? the dependency image-linux {"kind":"package","path":"/app/node_modules/image-linux"}"
  `);
});

test("nothing is left out of node_modules where nothing is pruned", async () => {
  const fixture = `${program}
    //- /app/index.js
    require("a");
    //- /app/package.json
    {}
    //- /app/node_modules/.bin/a -> ../a/index.js
    //- /app/node_modules/a/index.js
    //- /app/node_modules/a/README.md
    //- /app/node_modules/a/node_modules/b/test/b.js
    //- /app/node_modules/unused/index.d.ts
  `;
  expect(await traceNode(fixture, { prune: "none" })).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /app/node_modules/.bin/a  file  /app/package.json has it in its package
    /app/node_modules/a/README.md  file  /app/package.json has it in its package
    /app/node_modules/a/index.js  module  /app/index.js imports a
    /app/node_modules/a/node_modules/b/test/b.js  file  /app/package.json has it in its package
    /app/node_modules/unused/index.d.ts  file  /app/package.json has it in its package
    /app/package.json  module  node has the dependencies of the application"
  `);
});

test("an image's own program brings the files of its package", async () => {
  const fixture = `${program}
    //- /srv/package.json
    {"dependencies": {"a": "1"}}
    //- /srv/server.js
    //- /srv/views/index.ejs
    //- /srv/.git/config
    //- /srv/node_modules/a/index.js
    //- /srv/node_modules/a/package.json
    {}
    //- /srv/node_modules/dev/index.js
  `;
  expect(await traceNode(fixture, { appRoot: null, workdir: "/srv", args: ["server.js"] })).toMatchInlineSnapshot(`
    "/srv/node_modules/a/index.js  file  /srv/node_modules/a/package.json has it in its package
    /srv/node_modules/a/package.json  module  /srv/package.json depends on a
    /srv/package.json  module  /srv/server.js is part of the package that it describes
    /srv/server.js  module  node runs the program of its arguments
    /srv/views/index.ejs  file  /srv/package.json has it in its package"
  `);
});

test("examples that are data come along, and what a source of the application names, whatever it is called", async () => {
  const fixture = `${program}
    //- /app/package.json
    {"dependencies": {"editor": "1", "ui": "1"}}
    //- /app/index.js
    serve(path.join(__dirname, "node_modules/ui/docs"));
    //- /app/node_modules/editor/package.json
    {}
    //- /app/node_modules/editor/examples/flows/1 first.json
    //- /app/node_modules/ui/package.json
    {}
    //- /app/node_modules/ui/docs/index.html
    //- /app/node_modules/ui/docs/node_modules/x/index.js
    //- /app/node_modules/ui/examples/data.json
    //- /app/node_modules/ui/examples/run.js
    //- /app/node_modules/ui/test/x.js
  `;
  expect(await traceNode(fixture)).toMatchInlineSnapshot(`
    "/app/index.js  module  node runs the program of its arguments
    /app/node_modules/editor/examples/flows/1  file  /app/node_modules/editor/package.json has it in its package
    /app/node_modules/editor/package.json  module  /app/package.json depends on editor
    /app/node_modules/ui/docs  tree  /app/index.js names it by its own place
    /app/node_modules/ui/package.json  module  /app/package.json depends on ui
    /app/package.json  module  node has the dependencies of the application"
  `);
  expect((await traceNode(fixture, { prune: "reachable" })).replaceAll(/ .*/gu, "")).toMatchInlineSnapshot(`
    "/app/index.js
    /app/node_modules/editor/package.json
    /app/node_modules/ui/docs
    /app/node_modules/ui/package.json
    /app/package.json
    ?
    ?
    ?"
  `);
});

const locations = `${program}
  //- /app/package.json
  {"dependencies": {"editor": "1", "ui": "1", "icons": "1", "absent": "1"}}
  //- /app/index.js
  require("editor");
  serve(path.join(path.dirname(require.resolve("ui/package.json")), "docs"), require.resolve("absent"));
  read(path.join(require.resolve("ui"), "../../../../../../../../../../../../etc"));
  //- /app/node_modules/editor/package.json
  {"dependencies": {"ui": "1", "icons": "1"}}
  //- /app/node_modules/editor/index.js
  const ui = path.dirname(require.resolve("ui"));
  serve(path.join(ui, "templates/index.mst"), path.join(ui, "..", "public"));
  serve(path.dirname(require.resolve("icons")));
  require(path.join(path.dirname(require.resolve("ui")), "more"));
  //- /app/node_modules/ui -> .store/ui@1
  //- /app/node_modules/.store/ui@1/package.json
  {"main": "lib/index.js"}
  //- /app/node_modules/.store/ui@1/lib/index.js
  //- /app/node_modules/.store/ui@1/lib/more.js
  //- /app/node_modules/.store/ui@1/lib/unused.js
  //- /app/node_modules/.store/ui@1/lib/templates/index.mst
  //- /app/node_modules/.store/ui@1/public/index.html
  //- /app/node_modules/.store/ui@1/docs/index.html
  //- /app/node_modules/.store/ui@1/test/x.js
  //- /app/node_modules/icons/package.json
  {}
  //- /app/node_modules/icons/index.js
  //- /app/node_modules/icons/a.svg
`;

test.for(["safe", "reachable"] as const)(
  "what sources find from the place of a module comes along at %s",
  async (prune, { expect: expectIn }) => {
    const traced = await traceNode(locations, { prune });
    expectIn(traced.split("\n").filter((line) => /\/(?:ui@1|icons)\b|^!/u.test(line))).toMatchSnapshot();
  },
);

test("what a package needs not", () => {
  const kept = `LICENSE.md package.json license dist/doc/x.js lib/test.js lib/lib.es5.d.ts docs.js data/x.md notice.txt
    lib/readme.js test/LICENSE`.split(/\s+/u);
  const pruned = `README.md readme CHANGELOG-1.md index.d.ts index.d.mts x.ts lib/x.tsx x.js.map src/x.cc include/x.h
    binding.gyp .eslintrc.json .npmignore tsconfig.json tsconfig.base.json lib/x.test.js lib/__tests__/x.js
    rollup.config.mjs build/x.target.mk x.js.flow`.split(/\s+/u);
  expect(kept.filter((path) => isPrunedFile(path))).toEqual([]);
  expect(pruned.filter((path) => !isPrunedFile(path))).toEqual([]);
  expect(
    ["test", "docs", ".github", "node_modules", "lib/__tests__", "build/Release/obj.target"].map(isPrunedDirectory),
  ).not.toContain(false);
  expect(["dist/doc", "lib/test", "testing", "build/Release", "lib"].map(isPrunedDirectory)).not.toContain(true);
});

test("at reachable, too, a package brings what is made for this platform alone, whose name it puts together", async () => {
  const source = addons.replace('require("hash");', 'require("image");');
  const traced = await traceNode(program + source, { prune: "reachable" });
  expect(traced.split("\n").filter((line) => line.includes("/image"))).toMatchInlineSnapshot(`
    [
      "/app/node_modules/image-linux/lib/libimage.so.42  object  /app/node_modules/image-linux/package.json has it in its package",
      "/app/node_modules/image-linux/package.json  module  /app/node_modules/image/package.json depends on image-linux",
      "/app/node_modules/image/index.js  module  /app/index.js imports image",
      "/app/node_modules/image/package.json  module  /app/node_modules/image/index.js is part of the package that it describes",
      "? the dependency image-linux {"kind":"package","path":"/app/node_modules/image-linux"}",
    ]
  `);
});

test("a compiled program of a package is not read as a source", async () => {
  const fixture = `
    //- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6
    //- /app/package.json
    {"dependencies": {"tool": "1"}}
    //- /app/index.js
    require("tool");
    //- /app/node_modules/tool/package.json
    {"name": "tool", "bin": {"tool": "bin/tool", "other": "bin/other"}}
    //- /app/node_modules/tool/index.js
    //- /app/node_modules/tool/bin/tool 0755 elf=x86_64 loader needed=libc.so.6 strings=require("hoisted")
    //- /app/node_modules/tool/bin/other 0755
    #!/usr/bin/env node
    require("beside");
    //- /app/node_modules/hoisted/package.json
    {"name": "hoisted"}
    //- /app/node_modules/hoisted/index.js
    //- /app/node_modules/beside/package.json
    {"name": "beside"}
    //- /app/node_modules/beside/index.js
  `;
  const traced = await traceNode(fixture, { args: ["index.js"] });
  expect(traced).toContain("/app/node_modules/beside/index.js");
  expect(traced).not.toContain("hoisted");
});

test("of addons that a computed name may mean, those for this C library come with what they are found by", async () => {
  const part = (name: string, libc: string, needed: string): string => `
    //- /app/node_modules/${name}/package.json
    {"main": "part.node", "os": ["linux"], "cpu": ["x64"], "libc": ["${libc}"]}
    //- /app/node_modules/${name}/part.node elf=x86_64 needed=${needed}
  `;
  const tree = `
    //- /app/index.js
    require("bundler");
    //- /app/node_modules/bundler/package.json
    {"main": "native.js", "optionalDependencies": {"part-gnu": "1", "part-musl": "1"}}
    //- /app/node_modules/bundler/native.js
    module.exports = (name) => require(name);
    ${part("part-gnu", "glibc", "libc.so.6")}${part("part-musl", "musl", "libc.musl-x86_64.so.1")}`;
  const lines = await traceNode(program + tree, { prune: "reachable" });
  expect(lines).toContain("/app/node_modules/part-gnu/part.node");
  expect(lines).toContain("/app/node_modules/part-gnu/package.json");
  expect(lines).not.toContain("part-musl");
});
