import { expect, test } from "vitest";
import { traceNode } from "./trace-node.ts";

const program = "//- /usr/bin/node 0755 elf=x86_64 loader needed=libc.so.6\n";

test("an application brings the packages that it depends on, whole and pruned", async () => {
  const fixture = `${program}
    //- /app/package.json
    {"main": "server.js", "dependencies": {"web": "1", "gone": "1"}, "devDependencies": {"lint": "1"}}
    //- /app/server.js
    const web = require("web");
    const { join } = require("node:path");
    //- /app/node_modules/web/package.json
    {"name": "web", "main": "./lib/web", "dependencies": {"mime": "1"}}
    //- /app/node_modules/web/LICENSE
    //- /app/node_modules/web/README.md
    //- /app/node_modules/web/lib/web.js
    //- /app/node_modules/web/lib/web.js.map
    //- /app/node_modules/web/lib/web.d.ts
    //- /app/node_modules/web/test/web.js
    //- /app/node_modules/web/node_modules/unused/package.json
    {}
    //- /app/node_modules/mime/package.json
    {"name": "mime"}
    //- /app/node_modules/mime/index.js
    //- /app/node_modules/lint/package.json
    {"name": "lint"}
    //- /app/node_modules/lint/index.js
  `;
  expect(await traceNode(fixture)).toMatchInlineSnapshot(`
    "/app/node_modules/mime/index.js  file  /app/node_modules/mime/package.json has it in its package
    /app/node_modules/mime/package.json  module  /app/node_modules/web/package.json depends on mime
    /app/node_modules/web/LICENSE  file  /app/node_modules/web/package.json has it in its package
    /app/node_modules/web/lib/web.js  module  /app/server.js imports web
    /app/node_modules/web/package.json  module  /app/package.json depends on web
    /app/package.json  module  node has the dependencies of the application
    /app/server.js  module  node runs the program of its arguments"
  `);
});
