import { expect, test } from "vitest";
import type { RequestRoot } from "../../../../src/closure/model/request.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, type ClosureCase, closureOf } from "../../../support/closure.ts";

async function shipped(root: string, more: Partial<ClosureCase> = {}): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [] };
  const { entries, diagnostics } = await closureOf({ root, roots: [binary("/usr/bin/sh")], plugins, ...more });
  return [
    ...entries.filter(({ kind }) => kind !== "directory").map(({ path, reason }) => `${path}  ${reason.why}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

const shell = `
//- /usr/bin/host 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/cat 0755 elf=x86_64
`;
const start = (script: string): Partial<ClosureCase> => ({ roots: [], process: { entrypoint: [script] } });

test("what its author put beside a script ships, without a name of it", async () => {
  const root = `${shell}
//- /srv/shop/start.sh 0755
#!/usr/bin/sh
cat "$1"
//- /srv/shop/texts/de.txt
hallo
//- /srv/shop/notes.h
kept: nobody but its author knows what it is for
//- /srv/shop/key.pem 0600
secret
//- /srv/other/x.txt
no
`;
  expect(await shipped(root, start("/srv/shop/start.sh"))).toMatchInlineSnapshot(`
    [
      "/srv/shop/notes.h  brings its author's directory /srv/shop",
      "/srv/shop/start.sh  starts /srv/shop/start.sh",
      "/srv/shop/texts/de.txt  brings its author's directory /srv/shop",
      "/usr/bin/cat  runs cat (line 2)",
      "/usr/bin/sh  names /usr/bin/sh in its first line",
      "warning FILE_PRIVATE: cannot ship 1 file in /srv/shop: private files need a line of the spec: /srv/shop/key.pem; asked for by /srv/shop/start.sh",
    ]
  `);
  expect(
    await shipped(root, {
      ...start("/srv/shop/start.sh"),
      process: { entrypoint: ["/srv/shop/start.sh"], prune: "reachable" },
    }),
  ).toMatchInlineSnapshot(`
    [
      "/srv/shop/notes.h  brings its author's directory /srv/shop",
      "/srv/shop/start.sh  starts /srv/shop/start.sh",
      "/srv/shop/texts/de.txt  brings its author's directory /srv/shop",
      "/usr/bin/cat  runs cat (line 2)",
      "/usr/bin/sh  names /usr/bin/sh in its first line",
      "warning FILE_PRIVATE: cannot ship 1 file in /srv/shop: private files need a line of the spec: /srv/shop/key.pem; asked for by /srv/shop/start.sh",
    ]
  `);
});

test("at reachable, small directories beside settings and of variables ship", async () => {
  const root = `${shell}
//- /etc/shop/shop.toml
a = 1
//- /etc/shop/log.yaml
b: 2
//- /etc/shop/key.pem 0600
secret
//- /usr/local/share/shop/recipes/a.txt
soup
`;
  const env = { SHOP_CONFIG: "/etc/shop/shop.toml", SHOP_HOME: "/usr/local/share/shop" };
  const process = { entrypoint: ["/usr/bin/sh"], env, prune: "reachable" } as const;
  expect(await shipped(root, { roots: [], process })).toMatchInlineSnapshot(`
    [
      "/etc/shop/log.yaml  could be what a file beside /etc/shop/shop.toml names",
      "/etc/shop/shop.toml  names /etc/shop/shop.toml in SHOP_CONFIG",
      "/usr/bin/sh  starts /usr/bin/sh",
      "/usr/local/share/shop/recipes/a.txt  names /usr/local/share/shop in SHOP_HOME",
      "warning FILE_PRIVATE: cannot ship 1 file that it names: private files need a line of the spec: /etc/shop/key.pem; asked for by /etc/shop/shop.toml",
    ]
  `);
});

test("what the command names has its directory, and a program that was built has not", async () => {
  const root = `${shell}
//- /srv/site/site.conf
listen 80
//- /srv/site/page.html
hello
//- /src/app/target/app 0755 elf=x86_64
//- /src/app/main.c
int main;
`;
  const named = { roots: [binary("/usr/bin/host")], process: { cmd: ["--config=/srv/site/site.conf"] } };
  expect(await shipped(root, named)).toMatchInlineSnapshot(`
    [
      "/srv/site/page.html  brings its author's directory /srv/site",
      "/srv/site/site.conf  names /srv/site/site.conf",
      "/usr/bin/host  names /usr/bin/host",
    ]
  `);
  expect(await shipped(root, start("/src/app/target/app"))).toMatchInlineSnapshot(`
    [
      "/src/app/target/app  starts /src/app/target/app",
    ]
  `);
});

test.each([
  ["/opt/tool/bin/run", "of an installation"],
  ["/etc/own/run", "of settings"],
  ["/usr/share/own/run", "of the distribution"],
  ["/home/me/run", "of a home"],
  ["/run.sh", "of the root"],
])("%s has nothing beside it: a directory %s", async (script) => {
  const beside = `${script.slice(0, script.lastIndexOf("/"))}/beside.txt`;
  const root = `${shell}
//- ${script} 0755
#!/usr/bin/sh
cat "$1"
//- ${beside}
x
`;
  expect((await shipped(root, start(script))).filter((line) => line.includes("beside.txt"))).toEqual([]);
});

test("a directory of a home has what lies beside, and a large one is told of", async () => {
  const files = (count: number): string =>
    Array.from({ length: count }, (_, index) => `//- /home/me/shop/${String(index)}.txt\nx\n`).join("");
  const script = '//- /home/me/shop/start.sh 0755\n#!/usr/bin/sh\ncat "$1"\n';
  const countOf = async (count: number): Promise<number> => {
    const lines = await shipped(`${shell}${script}${files(count)}`, start("/home/me/shop/start.sh"));
    return lines.filter((line) => line.includes(".txt")).length;
  };
  expect([await countOf(10), await countOf(2100)]).toEqual([10, 0]);
  const large = await shipped(`${shell}${script}${files(2100)}`, start("/home/me/shop/start.sh"));
  expect(large.filter((line) => line.includes("NAME_COMPUTED"))).toEqual([
    "warning NAME_COMPUTED: cannot tell what /home/me/shop/start.sh reads beside it: /home/me/shop has too much to ship it whole",
  ]);
});

test("a name that the program ends itself is followed, and a directory of code has what lies beside it", async () => {
  const root = `${shell}
//- /srv/desk/desk.config
[{include, "/srv/more/own"}].
//- /srv/desk/ebin/desk.beam
x
//- /srv/desk/priv/own.xml
x
//- /srv/more/own.term
x
//- /srv/shelf/ebin/shelf.beam
x
//- /srv/shelf/priv/page.html
x
//- /srv/site/dist/page.html
x
//- /srv/site/package.json
no
`;
  const named = (...cmd: readonly string[]): Partial<ClosureCase> => ({
    roots: [binary("/usr/bin/host")],
    process: { cmd },
  });
  expect(await shipped(root, named("-config", "/srv/desk/desk"))).toMatchInlineSnapshot(`
    [
      "/srv/desk/desk.config  names /srv/desk/desk",
      "/srv/desk/ebin/desk.beam  brings its author's directory /srv/desk",
      "/srv/desk/priv/own.xml  brings its author's directory /srv/desk",
      "/srv/more/own.term  names /srv/more/own.term",
      "/usr/bin/host  names /usr/bin/host",
    ]
  `);
  expect(await shipped(root, named("-pa", "/srv/shelf/ebin", "--root", "/srv/site/dist"))).toMatchInlineSnapshot(`
    [
      "/srv/shelf/ebin/shelf.beam  names /srv/shelf/ebin",
      "/srv/shelf/priv/page.html  brings its author's directory /srv/shelf",
      "/srv/site/dist/page.html  names /srv/site/dist",
      "/usr/bin/host  names /usr/bin/host",
    ]
  `);
});

test("what a package manager installed beside a script does not make its author's files too many", async () => {
  const files = (folder: string, count: number): string =>
    Array.from({ length: count }, (_, index) => `//- /srv/shop/${folder}/${String(index)}.txt\nx\n`).join("");
  const script = '//- /srv/shop/start.sh 0755\n#!/usr/bin/sh\ncat "$1"\n';
  const root = `${shell}${script}${files("texts", 3)}${files("node_modules/one", 2100)}`;
  const lines = await shipped(root, start("/srv/shop/start.sh"));
  expect(lines.filter((line) => line.startsWith("/srv/shop/texts/"))).toHaveLength(3);
  expect(lines.filter((line) => /node_modules|NAME_COMPUTED/u.test(line))).toEqual([]);
});

test("a script of bin has its working directory, where that is its author's", async () => {
  const root = `${shell}
//- /srv/shop/bin/shop 0755
#!/usr/bin/sh
cat "$1"
//- /srv/shop/texts/de.txt
x
//- /opt/tool/bin/tool 0755
#!/usr/bin/sh
cat "$1"
//- /opt/tool/share/one.txt
x
`;
  const texts = async (script: string, workdir: string): Promise<readonly string[]> =>
    (await shipped(root, { roots: [], process: { entrypoint: [script], workdir: toAbsPath(workdir) } })).filter(
      (line) => line.includes(".txt"),
    );
  expect(await texts("/srv/shop/bin/shop", "/srv/shop")).toHaveLength(1);
  expect(await texts("/srv/shop/bin/shop", "/")).toEqual([]);
  expect(await texts("/opt/tool/bin/tool", "/srv/shop")).toEqual([]);
});

test("programs of a directory that COPY put elsewhere have what they start", async () => {
  const root = `${shell}
//- /usr/lib/watch/checks/depth 0755
#!/usr/bin/sh
cat /proc/meminfo
//- /usr/lib/watch/checks/notes.txt
host
`;
  const path = "/usr/lib/watch/checks";
  const placed = { kind: "include", pointer: "/builders/main/from", view: "main", path, isOffered: true } as const;
  const lines = await shipped(root, { roots: [binary("/usr/bin/host"), placed] });
  expect(lines.map((line) => line.split("  ")[0])).toEqual([
    "/usr/bin/cat",
    "/usr/bin/host",
    "/usr/bin/sh",
    "/usr/lib/watch/checks/depth",
    "/usr/lib/watch/checks/notes.txt",
  ]);
});

test("machine code of an application that a shell starts has its libraries, whoever opens it", async () => {
  const app = `
//- /start.sh 0755
#!/usr/bin/sh
exec "$MACHINE"
//- /lib/part.so elf=x86_64 needed=libpart.so.1
//- /bin/machine 0755 elf=x86_64 loader needed=libmachine.so.1
`;
  const lines = await shipped(
    `
//- /usr/bin/sh 0755 elf=x86_64 loader
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libpart.so.1 elf=x86_64
//- /usr/lib/libmachine.so.1 elf=x86_64
`,
    {
      trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
      roots: [{ kind: "app", pointer: "/app", view: "main" }],
      process: { entrypoint: ["/app/start.sh"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
    },
  );
  expect(lines.filter((line) => line.startsWith("/usr/lib/"))).toEqual([
    "/usr/lib/libmachine.so.1  needs libmachine.so.1",
    "/usr/lib/libpart.so.1  needs libpart.so.1",
  ]);
});

test("a large directory that a COPY made is named where files of it stay out", async () => {
  const root = `${shell}
//- /srv/shop/start.sh 0755
#!/usr/bin/sh
cat /var/maps/a.map
//- /var/maps/a.map
a
//- /var/maps/b.map
b
//- /media/films/one
1
//- /usr/lib/python3/dist-packages/x.py
x = 1
`;
  const large = (path: string, isOfStage = false): RequestRoot => {
    return { kind: "large-directory", pointer: "/builders/main/from", view: "main", path: toAbsPath(path), isOfStage };
  };
  const warnings = async (...roots: readonly RequestRoot[]): Promise<readonly string[]> =>
    (await shipped(root, { roots, process: { entrypoint: ["/srv/shop/start.sh"], prune: "reachable" } })).filter(
      (one) => one.startsWith("warning"),
    );
  expect(await warnings(large("/var/maps"), large("/media/films"))).toMatchInlineSnapshot(`
    [
      "warning NAME_COMPUTED: cannot ship all of /media/films: it has too much for a guess, and nothing names 1 of the 1 files that a COPY or ADD puts there",
      "warning NAME_COMPUTED: cannot ship all of /var/maps: it has too much for a guess, and nothing names 1 of the 2 files that a COPY or ADD puts there",
    ]
  `);
  expect(await warnings(large("/var/maps", true), large("/media/films", true))).toMatchInlineSnapshot(`
    [
      "warning NAME_COMPUTED: cannot ship all of /media/films: it has too much for a guess, and nothing names 1 of the 1 files that a COPY or ADD puts there",
    ]
  `);
  expect(await warnings(large("/usr/lib/python3/dist-packages"), large("/srv/shop"))).toEqual([]);
  const linked = [large("/srv/films")];
  expect((await shipped(`${root}//- /srv/films -> /media/films\n`, { roots: linked })).join()).toContain(
    "all of /media/films",
  );
  expect(
    await shipped(root, {
      roots: [large("/media/films")],
      closure: { exclude: [{ path: "/media/films/**", force: false }] },
    }),
  ).toEqual([]);
});
