import { expect, it } from "vitest";
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
      "CLOSURE_NOT_CLOSED: cannot reproduce the closure inside the image: /lib, /usr/lib, /usr/lib/libc.so.6 are not reached there",
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
