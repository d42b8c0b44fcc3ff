import { expect, it } from "vitest";
import type { RuntimePlugin } from "../../../src/closure/model/closure.ts";
import { resolveClosure } from "../../../src/closure/walk/resolve.ts";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { checkClosed } from "../../../src/resolver/self-check.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { emptyDirectories } from "../../../src/system/empty-directories.ts";
import { stateDirectories } from "../../../src/system/state-directories.ts";
import { bare, binary, type ClosureCase, closureOf, openCase } from "../../support/closure.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const program = `
//- /usr/bin/tool 0755 elf=x86_64 loader needed=libc.so.6
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /lib -> usr/lib
`;
const library = `
//- /usr/lib/libc.so.6 elf=x86_64
`;

async function check(input: ClosureCase, layers: readonly string[]): Promise<readonly string[]> {
  const { request, views } = openCase(input);
  const closure = await closureOf(input);
  const found = await checkClosed(closure, { request, layers: layers.map(fixtureRoot), plugins: bare, views });
  return found.map(({ code, message }) => `${code}: ${message}`);
}

it("is silent about a tree that has everything, in any number of layers", async () => {
  const input = { root: program + library, roots: [binary("tool")] };
  expect(await check(input, [program + library])).toEqual([]);
  expect(await check(input, [library, program])).toEqual([]);
});

it("looks for programs at their new names", async () => {
  const input = { root: program + library, roots: [binary("tool", { as: "/opt/tool" })] };
  expect(await check(input, [library + program.replace("/usr/bin/tool", "/opt/tool")])).toEqual([]);
});

it("looks at what the spec copies and writes: its settings bring what they name", async () => {
  const root = `${program}${library}//- /usr/bin/other 0755 elf=x86_64\n`;
  const text = "//- /srv/own.conf\ncommand = other -a\n//- /etc/made.conf\ncommand = other -b\n";
  const file = { kind: "copy", path: "/srv/own.conf", from: "main", src: "/proof/own.conf" } as const;
  const made = { kind: "content", path: "/etc/made.conf", content: "command = other -b\n" } as const;
  const input = {
    root: `${root}//- /proof/own.conf\ncommand = other -a\n${text}`,
    roots: [
      binary("tool"),
      { kind: "file", pointer: "/files/0", view: "main", file } as const,
      { kind: "file", pointer: "/files/1", view: "main", file: made } as const,
    ],
  };
  const { entries } = await closureOf(input);
  expect(entries.map(({ path }) => path)).toContain("/usr/bin/other");
  expect(await check(input, [root + text])).toEqual([]);
});

it("tells what is lost", async () => {
  const input = { root: program + library, roots: [binary("tool")] };
  expect(await check(input, [program])).toMatchInlineSnapshot(`
    [
      "CLOSURE_NOT_CLOSED: cannot reproduce the closure inside the image: /usr/lib, /usr/lib/libc.so.6 are not reached there",
      "CLOSURE_NOT_CLOSED: cannot reproduce the closure inside the image: cannot find libc.so.6: needed by /usr/bin/tool, not in /lib:/usr/lib",
    ]
  `);
});

it("expects nobody to find what the spec leaves out by force", async () => {
  const input = {
    root: program + library,
    roots: [binary("tool")],
    closure: { exclude: [{ path: "/usr/lib/libc.*", force: true }] },
  };
  expect(await check(input, [program])).toEqual([]);
  // Nothing else may hide behind it.
  expect(await check(input, [program.replace(/^.*ld-linux.*$/m, "")])).toMatchInlineSnapshot(`
    [
      "CLOSURE_NOT_CLOSED: cannot reproduce the closure inside the image: /lib64, /lib64/ld-linux-x86-64.so.2 are not reached there",
      "CLOSURE_NOT_CLOSED: cannot reproduce the closure inside the image: cannot find /lib64/ld-linux-x86-64.so.2: not in the builder; asked for by /usr/bin/tool",
    ]
  `);
});

it("does not expect directories that only the installation of a package tells of", async () => {
  const made = `
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/tmpfiles.d/tool.conf
//- /usr/lib/tmpfiles.d/tool.conf
d /run/tool 0755 root root
`;
  const plugins = { ...bare, packages: [dpkg], features: [stateDirectories] };
  const input = { root: program + library + made, roots: [binary("tool")], plugins };
  const { request, views } = openCase(input);
  const closure = await closureOf(input);
  expect(closure.entries.map(({ path }) => path)).toContain("/run/tool");
  const layers = [fixtureRoot(`${program}${library}//- /run/tool/ 0755\n`)];
  expect(await checkClosed(closure, { request, layers, plugins, views })).toEqual([]);
});

it("finds the files of an application in a directory that was given to the image's user", async () => {
  const kept = "/var/.gitkeep\n";
  const plugins = { ...bare, features: [emptyDirectories] };
  const input: ClosureCase = {
    root: program + library,
    trees: [{ id: "app", prefix: "/app", kind: "app", tree: `//- ${kept}` }],
    roots: [binary("tool"), { kind: "app", pointer: "/app", view: "main" }],
    plugins,
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
  };
  const { request, views } = openCase(input);
  const closure = await closureOf(input);
  const given = closure.entries.find(({ path }) => path === "/app/var");
  expect([given?.uid, given?.tree]).toEqual([65_532, undefined]);
  const layers = [fixtureRoot(`${program}${library}//- /app/var/ 0755 owner=65532:65532\n//- /app${kept}`)];
  expect(await checkClosed(closure, { request, layers, plugins, views })).toEqual([]);
});

it("expects no script that only its interpreter asks for, as who starts it may be a suggestion", async () => {
  const root = `${program}${library}
//- /usr/bin/python3 0755 elf=x86_64 static
//- /usr/share/tool/run.py 0755
#!/usr/bin/python3
//- /usr/share/tool/data.txt
x
//- /usr/bin/run -> ../share/tool/run.py
`;
  const closure = await closureOf({ root, roots: [binary("tool"), binary("python3")] });
  const edge = { from: "/usr/bin/python3", why: "is told to run it", evidence: "declared" } as const;
  const common = { kind: "file", mode: 0o755, uid: 0, gid: 0, sizeBytes: 1, layer: "system", reason: edge } as const;
  const entries = ["/usr/share/tool/run.py", "/usr/bin/run"].map((path) => ({ ...common, path: toAbsPath(path) }));
  const input = { root, roots: [binary("tool"), binary("python3")] };
  const { request, views } = openCase(input);
  const look = async (more: typeof closure.entries): Promise<readonly string[]> => {
    const whole = { ...closure, entries: [...closure.entries, ...more] };
    const layers = [fixtureRoot(root)];
    return (await checkClosed(whole, { request, layers, plugins: bare, views })).map(({ message }) => message);
  };
  expect(await look(entries)).toEqual([]);
  const [message] = await look([{ ...common, path: toAbsPath("/usr/share/tool/data.txt") }]);
  expect(message).toContain("/usr/share/tool/data.txt");
});

/** A run-time that starts a program only where the builder has many files in a directory, of which one ships. */
const counting: RuntimePlugin = {
  name: "counting",
  claims: ({ path }) => path === "/usr/bin/count",
  start: async (proc) => ({
    async *start() {
      const names = (await proc.root.readDirectory(toAbsPath("/srv/parts"))) ?? [];
      const why = "starts it for many files";
      const need = { path: toAbsPath("/usr/bin/tool"), role: "program", evidence: "proved", why } as const;
      yield { need: { path: toAbsPath("/srv/parts/1"), role: "file", evidence: "proved", why: "reads it" } as const };
      if (names.length > 2) yield { need };
    },
    async *needs() {},
    async *settle() {},
  }),
};

it("decides by what only the builder has as the closure did", async () => {
  const shipped = `${program}${library}//- /usr/bin/count 0755 elf=x86_64 static\n//- /srv/parts/1\n`;
  const root = `${shipped}//- /srv/parts/2\n//- /srv/parts/3\n`;
  const input = { root, roots: [binary("count")], plugins: { runtimes: [counting] } };
  const { request, views } = openCase(input);
  const closure = await closureOf(input);
  expect(closure.entries.map(({ path }) => path)).toContain("/usr/bin/tool");
  expect(closure.entries.map(({ path }) => path)).not.toContain("/srv/parts/2");
  const plugins = { ...bare, ...input.plugins };
  const look = async (tree: string): Promise<readonly string[]> => {
    const found = await checkClosed(closure, { request, layers: [fixtureRoot(tree)], plugins, views });
    return found.map(({ message }) => message);
  };
  expect(await look(shipped)).toEqual([]);
  // What is there for that reason has to be there all the same.
  expect(await look(shipped.replace(library, ""))).toMatchInlineSnapshot(`
    [
      "cannot reproduce the closure inside the image: /usr/lib, /usr/lib/libc.so.6 are not reached there",
    ]
  `);
  expect(await look(shipped.replace(program, ""))).toMatchInlineSnapshot(`
    [
      "cannot reproduce the closure inside the image: /lib, /lib64, /lib64/ld-linux-x86-64.so.2, /usr/bin/tool are not reached there",
    ]
  `);
});

it("tells of what a program needs where it goes and only the builder has", async () => {
  const elsewhere = "//- /opt/lib/libextra.so elf=x86_64\n";
  const moved: RuntimePlugin = {
    ...counting,
    claims: () => true,
    start: async (proc) => ({
      async *start() {
        const path = toAbsPath(proc.program.startsWith("/opt/") ? "/opt/lib/libextra.so" : "/usr/lib/libc.so.6");
        yield { need: { path, role: "file", evidence: "proved", why: "opens it" } as const };
      },
      async *needs() {},
      async *settle() {},
    }),
  };
  const root = `${program}${library}${elsewhere}`;
  const input = { root, roots: [binary("tool", { as: "/opt/tool" })], plugins: { runtimes: [moved] } };
  const { request, views } = openCase(input);
  const plugins = { ...bare, ...input.plugins };
  const closure = await resolveClosure(request, views, plugins);
  const layers = [fixtureRoot((program + library).replace("/usr/bin/tool", "/opt/tool"))];
  const found = await checkClosed(closure, { request, layers, plugins, views });
  expect(found.map(({ message }) => message)).toMatchInlineSnapshot(`
    [
      "cannot reproduce the closure inside the image: /opt/lib, /opt/lib/libextra.so are needed and not there",
      "cannot reproduce the closure inside the image: cannot find /opt/lib/libextra.so: not in the builder; asked for by /opt/tool",
    ]
  `);
});
