import { expect, it } from "vitest";
import { findNamedPaths, namedPathNeeds } from "../../../src/languages/named-paths.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const root = `
//- /usr/share/fonts/truetype/one/a.ttf
//- /usr/share/fonts/truetype/two/b.ttf
//- /usr/share/fonts/truetype/three/c.ttf
//- /usr/share/kit/words/de.txt
//- /usr/lib/x86_64-linux-gnu/libkit.so.2 -> libkit.so.2.1
//- /usr/lib/x86_64-linux-gnu/libkit.so.2.1
//- /usr/lib/server/17/bin/serve
`;

const found = async (code: string): Promise<readonly string[]> =>
  (await findNamedPaths(code, { source: toAbsPath("/app/a.rb"), files: processFiles(fixtureRoot(root)) })).map(
    ({ path, kind }) => `${kind} ${path}`,
  );

it.each([
  ['"/usr/share/kit/words"', ["directory /usr/share/kit/words"]],
  ['File.read("/usr/share/kit/words/#{lang}.txt")', ["directory /usr/share/kit/words"]],
  ['"/usr/share/kit/words/$lang.txt"', ["directory /usr/share/kit/words"]],
  ['"/usr/share/kit/words/{$lang}.txt"', ["directory /usr/share/kit/words"]],
  ['sprintf("/usr/share/kit/words/%s.txt", $lang)', ["directory /usr/share/kit/words"]],
  ["glob('/usr/share/kit/words/*.txt')", ["directory /usr/share/kit/words"]],
  [
    'Dir.glob("/usr/share/fonts/truetype/{one,two}/#{font}.ttf")',
    ["directory /usr/share/fonts/truetype/one", "directory /usr/share/fonts/truetype/two"],
  ],
])("finds the directory of a path whose end only the run tells: %s", async (code, paths) => {
  expect(await found(code)).toEqual(paths);
});

it.each([
  [
    '[glob "/usr/lib/*/libkit.so.*"]',
    ["file /usr/lib/x86_64-linux-gnu/libkit.so.2", "file /usr/lib/x86_64-linux-gnu/libkit.so.2.1"],
  ],
  ['Dir["/usr/lib/server/*/bin"].max', ["directory /usr/lib/server", "directory /usr/lib/server/17/bin"]],
  ['Dir["/usr/lib/*"]', []],
])("finds what a pattern leads to: %s", async (code, paths) => {
  expect(await found(code)).toEqual(paths);
});

it("finds the directory of the system where a pattern leads to more than a few files", async () => {
  const many = Array.from({ length: 40 }, (_, index) => `//- /usr/lib/plug-${String(index)}.so`).join("\n");
  const asking = { source: toAbsPath("/app/a.rb"), files: processFiles(fixtureRoot(`${root}${many}\n`)) };
  expect(await findNamedPaths('Dir["/usr/lib/plug-*.so"]', asking)).toEqual([{ path: "/usr/lib", kind: "directory" }]);
});

it.each([
  ['"file:///usr/share/kit/words/de.txt"', ["file /usr/share/kit/words/de.txt"]],
  ['"sqlite:////usr/share/kit/words/de.txt"', ["file /usr/share/kit/words/de.txt"]],
  ['"https://usr/share/kit/words/de.txt"', []],
])("finds the path of an address that has no host: %s", async (code, paths) => {
  expect(await found(code)).toEqual(paths);
});

it.each(['"/usr/share/#{name}"', '"/usr/share/none/#{name}"', '"/home/kit/#{name}"'])(
  "finds nothing in %s",
  async (code) => {
    expect(await found(code)).toEqual([]);
  },
);

it("asks for what the paths lead to, but not for places of the system that a package installs services in", async () => {
  const files = processFiles(
    fixtureRoot(`${root}
//- /opt/kit/run 0755
//- /etc/systemd/system/kit.service
`),
  );
  const code = 'f("/usr/share/kit/words/de.txt", "/usr/share/kit/words", `/opt/kit/run`, "/etc/systemd/system")';
  const needs = async (isPackaged: boolean): Promise<readonly string[]> => {
    const lines: string[] = [];
    for await (const one of namedPathNeeds(code, { source: toAbsPath("/app/a.js"), files, isPackaged })) {
      if ("need" in one) lines.push(`${one.need.role} ${one.need.path}`);
      else if ("unknown" in one) lines.push(`? ${one.unknown.what}`);
    }
    return lines;
  };
  const meant = ["file /usr/share/kit/words/de.txt", "? the directory /usr/share/kit/words", "program /opt/kit/run"];
  expect(await needs(true)).toEqual(meant);
  expect(await needs(false)).toEqual([...meant, "? the directory /etc/systemd/system"]);
});

it.each([
  ['File.join("/usr/share", "kit", "words", "de.txt")', ["file /usr/share/kit/words/de.txt"]],
  ['(Path("/usr/share") / "kit" / "words" / name)', ["directory /usr/share/kit/words"]],
  ['Pathname.new("/usr/share") + "kit/words/de.txt"', ["file /usr/share/kit/words/de.txt"]],
  ['catfile("/usr/share", "kit", $lang)', ["directory /usr/share/kit"]],
  ['["/usr/share", "kit"]', []],
])("finds a path that is put together of texts: %s", async (code, paths) => {
  expect(await found(code)).toEqual(paths);
});
