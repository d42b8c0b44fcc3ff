import { expect, it } from "vitest";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { lua } from "../../../../src/runtimes/lua/lua.ts";
import { commandCodeOf } from "../../../../src/runtimes/lua/source.ts";
import { luaCalls } from "../../../../src/runtimes/lua/started-programs.ts";
import { closureOf } from "../../../support/closure.ts";

function started(code: string): readonly string[] {
  return startedCommandsIn(commandCodeOf(code), luaCalls).map(
    ({ line, words }) => `${String(line)} ${words.join(", ")}`,
  );
}

it("reads the commands that Lua gives to the system", () => {
  expect(
    started(`-- os.execute("none")
os.execute 'sort \\"a\\" | uniq'
local f = assert(io.popen("jq -r .a " .. name, "r"))
--[[ os.execute("none") ]] io.popen([[date
-u]])
os.execute(string.format("tar -xf %s", file)); os.execute(("cut -f%d"):format(n))
local popen = io.popen; popen("nl -ba")
posix.execp("ls", {"-l"})
local cmd = "wc -l"; os.execute(cmd)
os.execute(tool .. " -x"); file:execute("none"); own.execute("none"); os.execute()`),
  ).toEqual([
    '2 sort "a" | uniq',
    "3 jq -r .a $unknown",
    "4 date\\n-u",
    "6 tar -xf $unknown",
    "6 cut -f$unknown",
    "7 nl -ba",
    "8 ls, $unknown",
    "9 wc -l",
    "10 ",
  ]);
});

it("brings the programs of an application in Lua, and tells of those that only the run knows", async () => {
  const root = `
//- /usr/bin/lua5.4 0755 elf=x86_64
/usr/share/lua/5.4/?.lua;./?.lua
//- /bin/sh 0755 elf=x86_64
//- /usr/bin/jq 0755 elf=x86_64
//- /usr/bin/tac 0755 elf=x86_64
//- /usr/local/bin/render 0755 elf=x86_64
//- /usr/share/lua/5.4/own.lua
os.execute("tac")
//- /app/main.lua
require("own")
os.execute("jq -r .")
os.execute(require("settings").engine .. " -x")
//- /app/settings.lua
return { engine = "render", words = "/usr/share/dict" }
//- /usr/share/dict/words
`;
  const { entries, unknowns } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/lua5.4" }],
    process: { workdir: toAbsPath("/app"), cmd: ["main.lua"], appRoot: toAbsPath("/app") },
    plugins: { runtimes: [lua] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/usr/bin/jq", "/usr/local/bin/render", "/bin/sh"]));
  // A path that another source hands on.
  expect(paths).toContain("/usr/share/dict/words");
  const whats = unknowns?.map(({ what }) => what);
  expect(whats).toContain('os.execute(require("settings").engine .. " -x")');
  expect(whats?.filter((what) => what.startsWith("os."))).toHaveLength(1);
});
