import { expect, test } from "vitest";
import type { DlopenRule, PruneLevel, RuntimePlugin, Yield } from "../../../../src/closure/model/closure.ts";
import type { Unknown } from "../../../../src/closure/model/unknown.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../../support/closure.ts";

/** 201 files, of which each has so many bytes. */
const manyFiles = (directory: string, bytes: number): string =>
  Array.from({ length: 201 }, (_, at) => `//- ${directory}/${String(at)}.x\n${"x".repeat(bytes - 1)}\n`).join("");
const root = `
//- /usr/bin/run 0755
#!/usr/bin/vm
//- /usr/bin/vm 0755 elf=x86_64
//- /srv/plugins/a.x
//- /srv/plugins/deep/b.x
//- /srv/on-start.x
//- /srv/on-stop.x
//- /srv/other.x
//- /srv/linked -> plugins
${manyFiles("/srv/many", 22_000)}${manyFiles("/srv/small", 18_000)}`;

/** A run-time that meets one unknown when it starts. */
function meeting(unknown: Unknown): RuntimePlugin {
  const nothing = async function* (): AsyncIterable<Yield> {};
  return {
    name: "vm",
    claims: ({ path }) => path === "/usr/bin/vm",
    start: () =>
      Promise.resolve({
        async *start(): AsyncIterable<Yield> {
          yield await Promise.resolve({ unknown });
        },
        needs: nothing,
        settle: nothing,
      }),
  };
}

async function check(bound: Unknown["bound"], prune: PruneLevel = "safe"): Promise<string> {
  const unknown: Unknown = { kind: "computed-name", line: 3, what: "load(name)", bound };
  const { entries, unknowns, diagnostics } = await closureOf({
    root,
    roots: [binary("/usr/bin/run")],
    process: { prune },
    plugins: { runtimes: [meeting(unknown)] },
  });
  const shipped = entries.filter(({ path, kind }) => path.startsWith("/srv/") && kind === "file");
  return [
    ...unknowns.map(({ outcome, files, from }) => `${from}: ${outcome}, ${String(files)} files`),
    ...(shipped.length > 10 ? [`${String(shipped.length)} shipped`] : shipped.map(({ path }) => path)),
    ...diagnostics.map(({ severity, code, message, hint }) => `${severity} ${code}: ${message} (${hint ?? ""})`),
  ].join("\n");
}

const plugins = toAbsPath("/srv/plugins");

test("the bound of an unknown ships, at both levels while it is small", async () => {
  const shipped = "/usr/bin/vm: shipped, 2 files\n/srv/plugins/a.x\n/srv/plugins/deep/b.x";
  expect(await check({ kind: "directory", path: plugins })).toBe(shipped);
  expect(await check({ kind: "package", path: plugins }, "reachable")).toBe(shipped);
  expect(await check({ kind: "prefix", prefix: "/srv/on-" })).toBe(
    "/usr/bin/vm: shipped, 2 files\n/srv/on-start.x\n/srv/on-stop.x",
  );
  expect(await check({ kind: "paths", paths: [toAbsPath("/srv/other.x"), toAbsPath("/srv/gone.x")] })).toBe(
    "/usr/bin/vm: shipped, 1 files\n/srv/other.x",
  );
});

test("links to files count among what an unknown could be, at both levels", async () => {
  for (const prune of ["safe", "reachable"] as const) {
    const unknown: Unknown = { kind: "computed-name", what: "load(name)", bound: { kind: "directory", path: plugins } };
    const { entries } = await closureOf({
      root: `${root}//- /srv/plugins/style -> /srv/other.x\n//- /srv/plugins/out -> /srv/gone\n//- /srv/plugins/up -> /srv\n`,
      roots: [binary("/usr/bin/run")],
      process: { prune },
      plugins: { runtimes: [meeting(unknown)] },
    });
    const found = entries.filter(({ path, kind }) => path.startsWith("/srv/") && kind !== "directory");
    expect(found.map(({ path }) => path)).toEqual([
      "/srv/other.x",
      "/srv/plugins/a.x",
      "/srv/plugins/deep/b.x",
      "/srv/plugins/style",
    ]);
  }
});

test("a directory that is listed ships whole: links to nothing and directories without files as well", async () => {
  const more = `${root}//- /srv/plugins/empty/\n//- /srv/plugins/first -> a.x\n//- /srv/plugins/out -> /srv/gone\n`;
  const bound: Unknown["bound"] = { kind: "directory", path: plugins };
  const below = async (kind: Unknown["kind"]): Promise<readonly string[]> => {
    const unknown: Unknown = { kind, what: "cp -r", bound };
    const { entries } = await closureOf({
      root: more,
      roots: [binary("/usr/bin/run")],
      plugins: { runtimes: [meeting(unknown)] },
    });
    return entries.map(({ path }) => path).filter((path) => path.startsWith("/srv/plugins/"));
  };
  const files = ["/srv/plugins/a.x", "/srv/plugins/deep", "/srv/plugins/deep/b.x"];
  expect(await below("computed-name")).toEqual([...files, "/srv/plugins/first"]);
  const whole = [...files, "/srv/plugins/empty", "/srv/plugins/first", "/srv/plugins/out"];
  expect(await below("listed-directory")).toEqual(whole);
  const { entries } = await closureOf({
    root: `${more}//- /etc/plugins -> ../srv/plugins\n`,
    roots: [binary("/usr/bin/run")],
    plugins: {
      runtimes: [
        meeting({
          kind: "listed-directory",
          what: "ls",
          bound: { kind: "directory", path: toAbsPath("/etc/plugins") },
        }),
      ],
    },
  });
  expect(entries.map(({ path }) => path).filter((path) => path.startsWith("/srv/plugins/"))).toEqual(whole);
});

test("behind a link to a directory, a directory that is listed has what lies there, at both levels", async () => {
  const more = `
//- /bin -> usr/bin
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/serve 0755 elf=x86_64
//- /run.sh 0755
#!/bin/sh
exec serve /srv/site
//- /srv/site/index.html
//- /srv/site/theme -> /opt/theme
//- /srv/site/up -> /srv
//- /srv/site/system -> /usr
//- /srv/site/out -> /srv/gone
//- /srv/other.x
//- /opt/theme/main.css
//- /opt/theme/more/a.css
`;
  for (const prune of ["safe", "reachable"] as const) {
    const { entries } = await closureOf({
      root: more,
      roots: [],
      process: { prune, entrypoint: ["/run.sh"] },
      plugins: { ...allPlugins(), features: [] },
    });
    const found = entries.filter(({ path, kind }) => /^\/(?:srv|opt)\//u.test(path) && kind !== "directory");
    expect(found.map(({ path }) => path)).toEqual([
      "/opt/theme/main.css",
      "/opt/theme/more/a.css",
      "/srv/site/index.html",
      "/srv/site/out",
      "/srv/site/system",
      "/srv/site/theme",
      "/srv/site/up",
    ]);
  }
});

test("the links that lead to a bound ship with it", async () => {
  const unknown: Unknown = {
    kind: "computed-name",
    what: "load(name)",
    bound: { kind: "directory", path: toAbsPath("/srv/linked") },
  };
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/bin/run")],
    plugins: { runtimes: [meeting(unknown)] },
  });
  expect(entries.filter(({ kind }) => kind !== "directory").map(({ path }) => path)).toEqual(
    expect.arrayContaining(["/srv/linked", "/srv/plugins/a.x", "/srv/plugins/deep/b.x"]),
  );
});

test("a large bound ships at safe, and is a warning at reachable", async () => {
  const bound: Unknown["bound"] = { kind: "directory", path: toAbsPath("/srv/many") };
  expect(await check(bound)).toBe("/usr/bin/vm: shipped, 201 files\n201 shipped");
  expect(await check(bound, "reachable")).toMatchInlineSnapshot(`
    "/usr/bin/vm: warned, 201 files
    warning NAME_COMPUTED: cannot tell what load(name) names (/usr/bin/vm:3): it could be any of 201 files of /srv/many; asked for by /usr/bin/run (add \`{path: "/srv/many/**", because: "loaded by vm"}\` to closure.include)"
  `);
});

test("names of several files that could stand for the same directory are one warning", async () => {
  const bound: Unknown["bound"] = { kind: "directory", path: toAbsPath("/srv/many") };
  const from = toAbsPath("/srv/on-start.x");
  const unknown: Unknown = { kind: "computed-name", what: "load(other)", bound };
  const start: RuntimePlugin["start"] = () =>
    Promise.resolve({
      async *start(): AsyncIterable<Yield> {
        yield await Promise.resolve({ unknown });
        yield { need: { path: from, role: "module", evidence: "proved", why: "loads it" } };
        yield { unknown: { ...unknown, what: "load(name)" }, from };
      },
      async *needs(): AsyncIterable<Yield> {},
      async *settle(): AsyncIterable<Yield> {},
    });
  const { diagnostics } = await closureOf({
    root,
    roots: [binary("/usr/bin/run")],
    process: { prune: "reachable" },
    plugins: { runtimes: [{ ...meeting(unknown), start }] },
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "cannot tell what load(other) names (/usr/bin/vm): it could be any of 201 files of /srv/many; asked for by /usr/bin/run; and 1 more: load(name) (/srv/on-start.x)",
  ]);
});

test("many files that are small together ship at reachable, too", async () => {
  const bound: Unknown["bound"] = { kind: "directory", path: toAbsPath("/srv/small") };
  expect(await check(bound, "reachable")).toBe("/usr/bin/vm: shipped, 201 files\n201 shipped");
});

test("what nothing bounds is listed, and told at reachable", async () => {
  expect(await check({ kind: "anything" })).toBe("/usr/bin/vm: unbounded, 0 files");
  expect(await check({ kind: "directory", path: toAbsPath("/usr/lib") })).toBe("/usr/bin/vm: unbounded, 0 files");
  expect(await check({ kind: "anything" }, "reachable")).toMatchInlineSnapshot(`
    "/usr/bin/vm: warned, 0 files
    warning NAME_COMPUTED: cannot tell what load(name) names (/usr/bin/vm:3): nothing bounds it; asked for by /usr/bin/run (add what it names to closure.include, or write \`prune: safe\`)"
  `);
});

test("a program that one file starts in very many ways leaves its further arguments unknown", async () => {
  const path = toAbsPath("/usr/bin/tool");
  const starting: RuntimePlugin = {
    ...meeting({ kind: "computed-name", what: "unused", bound: { kind: "anything" } }),
    start: () =>
      Promise.resolve({
        async *start(): AsyncIterable<Yield> {
          for (let at = 0; at < 40; at++) {
            const need = { path, role: "program", evidence: "proved", why: "runs it", args: [`${at}`] } as const;
            yield await Promise.resolve({ need });
          }
        },
        async *needs(): AsyncIterable<Yield> {},
        async *settle(): AsyncIterable<Yield> {},
      }),
  };
  const { entries, unknowns } = await closureOf({
    root: `${root}//- /usr/bin/tool 0755 elf=x86_64\n`,
    roots: [binary("/usr/bin/run")],
    plugins: { runtimes: [starting] },
  });
  expect(entries.map((entry) => entry.path)).toContain(path);
  expect(unknowns.map(({ from, what, outcome }) => `${from}: ${what}: ${outcome}`)).toEqual([
    "/usr/bin/vm: further arguments of /usr/bin/tool: unbounded",
  ]);
});

test.for([
  ["that the run-time's rule starts is of the run-time", "rule", true],
  ["that an application starts is not", "proved", undefined],
] as const)("a helper %s", async ([, evidence, isRuntime]) => {
  const path = toAbsPath("/usr/lib/vm/helper");
  const seen: (boolean | undefined)[] = [];
  const starting: RuntimePlugin = {
    ...meeting({ kind: "computed-name", what: "unused", bound: { kind: "anything" } }),
    start: () =>
      Promise.resolve({
        async *start(): AsyncIterable<Yield> {
          yield await Promise.resolve({ need: { path, role: "program", evidence, why: "starts programs with it" } });
        },
        async *needs(): AsyncIterable<Yield> {},
        async *settle(): AsyncIterable<Yield> {},
      }),
  };
  const watching: DlopenRule = {
    name: "watching",
    applies: ({ path: program }) => program === path,
    async *needs(_, proc): AsyncIterable<Yield> {
      seen.push(proc.isRuntime === true ? true : undefined);
      yield* await Promise.resolve([]);
    },
  };
  await closureOf({
    root: "//- /usr/bin/run 0755\n#!/usr/bin/vm\n//- /usr/bin/vm 0755 elf=x86_64\n//- /usr/lib/vm/helper 0755 elf=x86_64 loader\n//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64\n",
    roots: [binary("/usr/bin/run")],
    plugins: { runtimes: [starting], rules: [watching] },
  });
  expect(new Set(seen)).toEqual(new Set([isRuntime]));
});

test.each(["safe", "reachable"] as const)(
  "programs and objects among what a name could mean are closed at %s",
  async (prune) => {
    const directory = toAbsPath("/srv/server");
    const loader = "/lib64/ld-linux-x86-64.so.2";
    const { entries } = await closureOf({
      root: `
//- /usr/bin/run 0755
#!/usr/bin/vm
//- /usr/bin/vm 0755 elf=x86_64 loader
//- ${loader} 0755 elf=x86_64
//- /srv/server/bin/serve 0755 elf=x86_64 loader needed=libserve.so.1
//- /srv/server/part.so elf=x86_64 needed=libpart.so.1
//- /usr/lib/libserve.so.1 elf=x86_64
//- /usr/lib/libpart.so.1 elf=x86_64
`,
      process: { prune },
      roots: [binary("/usr/bin/run")],
      plugins: {
        runtimes: [
          meeting({ kind: "listed-directory", what: "server", bound: { kind: "directory", path: directory } }),
        ],
      },
    });
    const shipped = entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
    expect(shipped).toEqual(expect.arrayContaining(["/usr/lib/libpart.so.1", "/usr/lib/libserve.so.1"]));
  },
);

test("a library whose directory ships starts none of the scripts in it", async () => {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libown.so.1
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64
//- /usr/lib/libown.so.1 elf=x86_64 soname=libown.so.1
/usr/lib/own
//- /usr/lib/own/settings.cnf
a = 1
//- /usr/lib/own/misc/make.vm 0755
#!/usr/bin/vm
//- /usr/bin/vm 0755 elf=x86_64
//- /var/lib/dpkg/status
Package: libown1
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/libown1.list
/usr/lib/libown.so.1
/usr/lib/own
/usr/lib/own/settings.cnf
/usr/lib/own/misc/make.vm
`,
    roots: [binary("/usr/bin/tool")],
    process: { prune: "reachable", stdlib: "reachable" },
    plugins: { ...allPlugins(), features: [] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toContain("/usr/lib/own/misc/make.vm");
  expect(paths).not.toContain("/usr/bin/vm");
});
