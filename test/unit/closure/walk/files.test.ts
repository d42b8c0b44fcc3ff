import { expect, it } from "vitest";
import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { checkClosed } from "../../../../src/resolver/self-check.ts";
import type { FileSpec } from "../../../../src/spec/spec.ts";
import { bare, binary, type ClosureCase, closureOf, dumpOf, openCase } from "../../../support/closure.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const builder = `
//- /usr/bin/tool 0755 elf=x86_64
//- /bin -> usr/bin
`;

function copy(path: string, src: string, more: Partial<FileSpec & { kind: "copy" }> = {}): RequestRoot {
  return {
    kind: "file",
    pointer: "/files/0",
    view: "context",
    file: { kind: "copy", path, src, from: "context", ...more },
  };
}

function fromContext(tree: string, ...files: readonly RequestRoot[]): ClosureCase {
  return {
    root: builder,
    trees: [{ id: "context", prefix: "/", kind: "extra", tree }],
    views: { context: ["context"] },
    roots: [binary("tool"), ...files],
  };
}

it("keeps no trace of the client's umask", async () => {
  const tree = `
//- /conf/ 0700
//- /conf/a 0600
a
//- /conf/run.sh 0700
b
//- /conf/secret 0600
c
`;
  expect(
    await dumpOf(fromContext(tree, copy("/etc/app", "conf"), copy("/etc/app/secret", "conf/secret", { mode: 0o640 }))),
  ).toMatchInlineSnapshot(`
    "
    /etc  directory 755  app  /etc/app lies in it
    /etc/app  directory 755  app  spec /files/0 copies conf to /etc/app
    /etc/app/a  file 644  app  spec /files/0 copies conf to /etc/app
    /etc/app/run.sh  file 755  app  spec /files/0 copies conf to /etc/app
    /etc/app/secret  file 640  app  spec /files/0 copies conf/secret to /etc/app/secret
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/tool lies in it
    /usr/bin/tool  file 755  system  spec /binaries/0 names /usr/bin/tool
    "
  `);
});

it("places copies below the directories and links of the image, not of the build context", async () => {
  const tree = `
//- /bin/ 0700
//- /bin/greet 0700
a
//- /usr/ 0700
//- /usr/share/ 0700
//- /usr/share/data 0600
b
`;
  expect(
    await dumpOf(fromContext(tree, copy("/bin/greet", "bin/greet"), copy("/usr/share/data", "usr/share/data"))),
  ).toMatchInlineSnapshot(`
    "
    /bin  symlink -> usr/bin  system  spec /files/0 copies bin/greet to /bin/greet
    /usr  directory 755  system  /usr/bin lies in it
    /usr/bin  directory 755  system  /usr/bin/greet lies in it
    /usr/bin/greet  file 755  app  spec /files/0 copies bin/greet to /bin/greet
    /usr/bin/tool  file 755  system  spec /binaries/0 names /usr/bin/tool
    /usr/share  directory 755  app  /usr/share/data lies in it
    /usr/share/data  file 644  app  spec /files/0 copies usr/share/data to /usr/share/data
    "
  `);
});

it("takes directories that only copies are in as closed", async () => {
  const input = fromContext("\n//- /conf/a\na\n", copy("/srv/deep/conf/", "conf/a"));
  const closure = await closureOf(input);
  const { request, views } = openCase(input);
  const layers = [fixtureRoot(`${builder}//- /srv/deep/conf/a\na\n`)];
  expect(
    await checkClosed(closure, {
      request: { ...request, views: request.views.slice(0, 1) },
      layers,
      plugins: bare,
      views,
    }),
  ).toEqual([]);
});

it("keeps no trace of the umask in installed packages", async () => {
  const tree = `
//- /mod/ 0700
//- /mod/index.js 0600
a
//- /mod/cli.js 0711
b
`;
  const input: ClosureCase = {
    root: builder,
    trees: [{ id: "dependencies", prefix: "/app/node_modules", kind: "dependencies", tree }],
    roots: [
      binary("tool"),
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/app/node_modules" },
    ],
  };
  expect((await dumpOf(input)).split("\n").filter((line) => line.startsWith("/app"))).toMatchInlineSnapshot(`
    [
      "/app  directory 755  dependencies  /app/node_modules lies in it",
      "/app/node_modules  directory 755  dependencies  spec /closure/include/0 includes /app/node_modules",
      "/app/node_modules/mod  directory 755  dependencies  spec /closure/include/0 includes /app/node_modules",
      "/app/node_modules/mod/cli.js  file 755  dependencies  spec /closure/include/0 includes /app/node_modules",
      "/app/node_modules/mod/index.js  file 644  dependencies  spec /closure/include/0 includes /app/node_modules",
    ]
  `);
});

it("ships a builder's file that is copied to its own place", async () => {
  const main = (path: string, src: string): RequestRoot => ({
    kind: "file",
    pointer: "/files/0",
    view: "main",
    file: { kind: "copy", path, src, from: "main" },
  });
  const root = `${builder}//- /etc/app.conf 0640\ntext\n`;
  expect(await dumpOf({ root, roots: [binary("tool"), main("/etc/app.conf", "/etc/app.conf")] })).toContain(
    "/etc/app.conf  file 640  app  spec /files/0 copies /etc/app.conf to /etc/app.conf",
  );
});

it.each([".wh.etc", ".wh..wh..opq", "deep/.wh.x"])("refuses the name %s, with which a layer deletes", async (name) => {
  const tree = `\n//- /conf/a\na\n//- /conf/${name}\nb\n`;
  const { diagnostics } = await closureOf(fromContext(tree, copy("/etc/app", "conf")));
  expect(diagnostics.map(({ code, message, pointer }) => `${code}: ${message} (${pointer ?? ""})`)).toEqual([
    `NAME_RESERVED: cannot ship /etc/app/${name}: in a layer a name that begins with .wh. deletes another file (/files/0)`,
  ]);
});

it("refuses a path that no engine can unpack, and keeps the longest that one can", async () => {
  const shipped = async (bytes: number): Promise<readonly string[]> => {
    const folders = `${"d".repeat(199)}/`.repeat(19);
    const name = folders + "f".repeat(bytes - "/etc/app/".length - folders.length);
    const { diagnostics } = await closureOf(fromContext(`\n//- /conf/${name}\na\n`, copy("/etc/app", "conf")));
    return diagnostics.map(({ code, message }) => `${code}: ${message.replaceAll(/d+\.\.\./gu, "d...")}`);
  };
  expect(await shipped(4095)).toEqual([]);
  expect(await shipped(4096)).toEqual([
    "PATH_TOO_LONG: cannot ship /etc/app/d...: its path has 4,096 bytes, and Linux opens 4,095",
  ]);
});

it("keeps names that only have such a beginning further on", async () => {
  const { diagnostics } = await closureOf(fromContext("\n//- /conf/a.wh.b\na\n", copy("/etc/app", "conf")));
  expect(diagnostics).toEqual([]);
});
