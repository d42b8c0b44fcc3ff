import { expect, test } from "vitest";
import type { PruneLevel, RuntimePlugin, Yield } from "../../../../src/closure/model/closure.ts";
import type { Unknown } from "../../../../src/closure/model/unknown.ts";
import { allPlugins } from "../../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../../support/closure.ts";

/** A builder with packages of modules; those without a mark came because others need them. */
function builderWith(packages: Readonly<Record<string, readonly string[]>>, automatic: readonly string[] = []): string {
  const all = { vm: ["/usr/bin/vm"], ...packages };
  const status = Object.keys(all).map(
    (name) => `Package: ${name}\nStatus: install ok installed\nPriority: optional\nVersion: 1\nArchitecture: amd64\n\n`,
  );
  const lists = Object.entries(all).map(
    ([name, files]) =>
      `//- /var/lib/dpkg/info/${name}.list\n${[...new Set(files.flatMap(withDirectories))].join("\n")}\n`,
  );
  const states = automatic.map((name) => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`);
  const contents = Object.values(packages).flatMap((files) => files.map((path) => `//- ${path}\nx\n`));
  return `
//- /usr/bin/run 0755
#!/usr/bin/vm
//- /usr/bin/vm 0755 elf=x86_64
//- /var/lib/dpkg/status
${status.join("")}//- /var/lib/apt/extended_states
${states.join("")}${lists.join("")}${contents.join("")}`;
}

function withDirectories(path: string): readonly string[] {
  const parent = path.slice(0, path.lastIndexOf("/"));
  return parent === "" ? ["/.", path] : [...withDirectories(parent), path];
}

/** A run-time that meets one name which it cannot evaluate. */
function meeting(bound: Unknown["bound"], about: Partial<Unknown> = {}): RuntimePlugin {
  const nothing = async function* (): AsyncIterable<Yield> {};
  return {
    name: "vm",
    systemDirectories: /^\/usr\/share\/vm\//u,
    claims: ({ path }) => path === "/usr/bin/vm",
    start: () =>
      Promise.resolve({
        async *start(): AsyncIterable<Yield> {
          const unknown = { kind: "computed-name", line: 3, what: "load(name)", bound, ...about } as const;
          yield await Promise.resolve({ unknown });
        },
        needs: nothing,
        settle: nothing,
      }),
  };
}

async function shipped(
  root: string,
  bound: Unknown["bound"] = { kind: "anything" },
  prune: PruneLevel = "safe",
  about: Partial<Unknown> = {},
): Promise<readonly string[]> {
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(bound, about)] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/run")], process: { prune }, plugins });
  return entries
    .filter(({ path, kind }) => path.startsWith("/usr/share/vm/") && kind === "file")
    .map(({ path, reason }) => `${path}  ${reason.why}`);
}

const builder = builderWith(
  { "vm-junit": ["/usr/share/vm/Tap/JUnit.x"], "vm-xml": ["/usr/share/vm/XML.x"], tool: ["/usr/bin/tool"] },
  ["vm-xml"],
);

test("a name that nothing bounds may mean modules that the builder's author installed by name", async () => {
  expect(await shipped(builder)).toEqual([
    "/usr/share/vm/Tap/JUnit.x  could be what load(name) names: the builder installed vm-junit by its name",
  ]);
});

test("not at reachable, not for a name with a bound, and not where the distribution tells nothing", async () => {
  expect(await shipped(builder, { kind: "anything" }, "reachable")).toEqual([]);
  expect(await shipped(builder, { kind: "directory", path: toAbsPath("/srv") })).toEqual([]);
  expect(await shipped(builder.replace("/var/lib/apt/extended_states", "/var/lib/apt/other"))).toEqual([]);
});

test("not for the name of a program, and no package whose modules are the least of it", async () => {
  expect(await shipped(builder, { kind: "anything" }, "safe", { isProgram: true })).toEqual([]);
  const git = ["/usr/bin/git", "/usr/lib/git-core/git-a", "/usr/lib/git-core/git-b", "/usr/share/vm/Git.x"];
  expect(await shipped(builderWith({ git }))).toEqual([]);
  expect(await shipped(builderWith({ git: [...git, "/usr/share/vm/Git/A.x", "/usr/share/vm/Git/B.x"] }))).toHaveLength(
    3,
  );
});

test("so may what a server gives to the run-time that it embeds", async () => {
  const root = `${builder.replace("elf=x86_64", "elf=x86_64 loader= needed=libvm.so.1")}//- /usr/lib/libvm.so.1 elf=x86_64\n`;
  const bound = { kind: "directory", path: toAbsPath("/srv") } as const;
  const vm: RuntimePlugin = { ...meeting(bound), claims: () => false, library: /^libvm\.so/u };
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [vm] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/vm")], plugins });
  expect(entries.find(({ path }) => path === "/usr/share/vm/Tap/JUnit.x")?.reason.why).toBe(
    "could be what it is given to run: the builder installed vm-junit by its name",
  );
});

test("of a builder for many programs no modules are taken, and the build says so", async () => {
  const many = Array.from({ length: 13 }, (_, at) => [`vm-${String(at)}`, [`/usr/share/vm/${String(at)}.x`]] as const);
  expect(await shipped(builderWith(Object.fromEntries(many)))).toEqual([]);
  expect(await shipped(builderWith(Object.fromEntries(many.slice(0, 12))))).toHaveLength(12);
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting({ kind: "anything" })] };
  const { diagnostics } = await closureOf({
    root: builderWith(Object.fromEntries(many)),
    roots: [binary("/usr/bin/run")],
    plugins,
  });
  expect(diagnostics.map(({ message }) => message)).toContain(
    "cannot tell if /usr/bin/vm loads modules of 13 packages that the builder installed by name, of which none ships: vm-0, vm-1, vm-10, vm-11, ...; asked for by /usr/bin/run",
  );
});

test("data and plug-ins that the builder installed by name ship; headers do not", async () => {
  expect(await dataOf(ownData)).toEqual([
    "/usr/lib/libnss_own.so.2  could open it: the builder installed libnss-own by its name",
    "/usr/share/fonts/own/a.ttf  could open it: the builder installed fonts-own by its name",
  ]);
});

test("the hint names a place of what counts of such packages", async () => {
  const own = ["/usr/share/fonts/own/a.ttf", "/usr/share/doc/copyright"];
  const { diagnostics } = await closureOfData({ ...many, "fonts-own": own, tool: ["/usr/bin/tool"] });
  expect(diagnostics.map(({ hint }) => hint).join("\n")).toContain('{path: "/usr/share/fonts/own/**"');
});

test("not from a builder of many packages with a program that does not ship: the build says so", async () => {
  const packages = { ...ownData, ...many, tool: ["/usr/bin/tool", "/usr/share/tool/data"] };
  expect(await dataOf(packages)).toEqual([]);
  const { diagnostics } = await closureOfData(packages);
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "NAME_COMPUTED cannot tell if /usr/bin/vm opens files of 2 packages that the builder installed by name, of which none ships: fonts-own, libnss-own; asked for by /usr/bin/run",
  ]);
});

test("a program that does not ship tells nothing of the data in a builder of few packages", async () => {
  expect(await dataOf({ "fonts-own": ownData["fonts-own"], tool: ["/usr/bin/tool"] })).toEqual([
    "/usr/share/fonts/own/a.ttf  could open it: the builder installed fonts-own by its name",
  ]);
});

/** They have directories and documents alone: what they stand for are their dependencies. */
const many = Object.fromEntries(
  Array.from({ length: 30 }, (_, at) => [`meta${at}`, [`/usr/share/doc/meta${at}/copyright`]]),
);

const ownData = {
  "fonts-own": ["/usr/share/fonts/own/a.ttf", "/usr/share/doc/fonts-own/copyright"],
  "libnss-own": ["/usr/lib/libnss_own.so.2"],
  "fonts-needed": ["/usr/share/fonts/needed/b.ttf"],
  "libown-dev": ["/usr/include/own.h", "/usr/lib/libown.so"],
};

test("a private file of such a package stays out, and the build says so", async () => {
  const none = { kind: "directory", path: toAbsPath("/srv") } as const;
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(none)] };
  const root = builderWith({ "keys-own": ["/etc/own/a.key", "/usr/share/own/b"] }, []).replace(
    "//- /etc/own/a.key",
    "//- /etc/own/a.key 0600",
  );
  const { entries, diagnostics } = await closureOf({ root, roots: [binary("/usr/bin/run")], plugins });
  expect(entries.map(({ path }) => path)).not.toContain("/etc/own/a.key");
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "FILE_PRIVATE cannot ship 1 file of package keys-own: private files need a line of the spec: /etc/own/a.key; asked for by /usr/bin/vm",
  ]);
});

async function closureOfData(packages: Readonly<Record<string, readonly string[]>>) {
  const none = { kind: "directory", path: toAbsPath("/srv") } as const;
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(none)] };
  return closureOf({ root: builderWith(packages, ["fonts-needed"]), roots: [binary("/usr/bin/run")], plugins });
}

async function dataOf(packages: Readonly<Record<string, readonly string[]>>): Promise<readonly string[]> {
  const { entries } = await closureOfData(packages);
  const files = entries.filter(({ path, kind }) => kind === "file" && !/\/(?:run|vm)$/u.test(path));
  return files.map(({ path, reason }) => `${path}  ${reason.why}`);
}

test("programs that were installed by name ship where settings of a package name them in command lines", async () => {
  const settings = `<delegate decode="svg" command="&quot;own-convert&quot; -o '%o' '%i'"/>
<delegate decode="ps" command="&quot;other&quot; -o '%o' '%i'"/>
`;
  const packages = {
    own: ["/etc/own/delegates.xml"],
    "vm-tools": ["/usr/bin/own-convert", "/usr/bin/idle"],
    needed: ["/usr/bin/other"],
  };
  const file = "//- /etc/own/delegates.xml\n";
  const root = builderWith(packages, ["needed"]).replace(`${file}x\n`, file + settings);
  const none = { kind: "directory", path: toAbsPath("/srv") } as const;
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(none)] };
  const process = { entrypoint: ["/usr/bin/run", "/etc/own/delegates.xml"] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/run")], plugins, process });
  const programs = entries.filter(({ path, kind }) => kind === "file" && path.startsWith("/usr/bin/"));
  expect(programs.map(({ path }) => path)).toEqual(["/usr/bin/own-convert", "/usr/bin/run", "/usr/bin/vm"]);
});

test("a program of the builder's author ships where a text of commands has its name", async () => {
  const text = `# idle
open t.db
.shell jq .
.read x/other
show screen plain
-----BEGIN CERTIFICATE-----
other /srv/a
-----END CERTIFICATE-----
`;
  const programsOf = async (count: number, prune: PruneLevel = "safe"): Promise<readonly string[]> => {
    const few = {
      jq: ["/usr/bin/jq"],
      screen: ["/usr/bin/screen"],
      idle: ["/usr/bin/idle"],
      other: ["/usr/bin/other"],
    };
    const rest = Array.from(
      { length: count },
      (_, at) => [`data-${String(at)}`, [`/usr/share/d/${String(at)}`]] as const,
    );
    const root = `${builderWith({ ...few, ...Object.fromEntries(rest) })}//- /srv/commands\n${text}`;
    const none = { kind: "directory", path: toAbsPath("/srv") } as const;
    const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(none)] };
    const process = { entrypoint: ["/usr/bin/run", "/srv/commands"], prune };
    const { entries } = await closureOf({ root, roots: [binary("/usr/bin/run")], plugins, process });
    return entries.flatMap(({ path }) => /^\/usr\/bin\/(?!run|vm)(.+)$/u.exec(path)?.[1] ?? []);
  };
  expect(await programsOf(2)).toEqual(["jq", "screen"]);
  expect(await programsOf(30)).toEqual(["jq", "screen"]);
  expect(await programsOf(2, "reachable")).toEqual(["jq", "screen"]);
});

test("in a source of a language, a program of the builder's author is what begins a text, and no name of its own", async () => {
  const packages = { tool: ["/usr/bin/tool"], jq: ["/usr/bin/jq"], nl: ["/usr/bin/nl"] };
  const code = `from tool import Tool\nrequire "tool"\nload('tool')\ntool.run("jq", '-r', "x | nl")\n`;
  const root = `${builderWith(packages)}//- /srv/own.py\n${code}`;
  const none = { kind: "directory", path: toAbsPath("/srv") } as const;
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(none)] };
  const process = { entrypoint: ["/usr/bin/run", "/srv/own.py"] };
  const { entries } = await closureOf({ root, roots: [binary("/usr/bin/run")], plugins, process });
  const programs = entries.flatMap(({ path }) => /^\/usr\/bin\/(?!run|vm)(.+)$/u.exec(path)?.[1] ?? []);
  expect(programs).toEqual(["jq", "nl"]);
});

test("of a builder for many programs no data is taken, and the build says so", async () => {
  const fonts = (count: number): string =>
    builderWith(
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`fonts-${String(at)}`, [`/usr/share/fonts/${String(at)}.ttf`]]),
      ),
    );
  const none = { kind: "directory", path: toAbsPath("/srv") } as const;
  const plugins = { ...allPlugins(), features: [], rules: [], runtimes: [meeting(none)] };
  const closureIn = async (count: number) =>
    closureOf({ root: fonts(count), roots: [binary("/usr/bin/run")], plugins });
  const isFont = ({ path }: { readonly path: string }): boolean => path.endsWith(".ttf");
  const few = await closureIn(12);
  expect([few.entries.filter(isFont).length, few.diagnostics]).toEqual([12, []]);
  const many = await closureIn(13);
  expect(many.entries.filter(isFont)).toEqual([]);
  expect(many.diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    "NAME_COMPUTED cannot tell if /usr/bin/vm opens files of 13 packages that the builder installed by name, of which none ships: fonts-0, fonts-1, fonts-10, fonts-11, ...; asked for by /usr/bin/run",
  ]);
});
