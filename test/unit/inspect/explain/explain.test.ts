import { expect, test } from "vitest";
import { explainAll, explainPath } from "../../../../src/inspect/explain/explain.ts";
import { sentenceOf } from "../../../../src/inspect/explain/sentence.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { type ClosureCase, lineRuntime } from "../../../support/closure.ts";
import { manifestOf, someLocations } from "../../../support/manifest.ts";

const input: ClosureCase = {
  root: `
//- /bin -> usr/bin
//- /lib -> usr/lib
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/line 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/lib/line/one.txt
//- /usr/lib/line/two.txt
//- /usr/share/zone/a
`,
  trees: [{ id: "app", prefix: "/app", kind: "app", tree: "//- /main.txt\nread /app/data.txt\n//- /data.txt\n" }],
  roots: [
    { kind: "interpreter", pointer: "/interpreter", view: "main", path: "line" },
    { kind: "app", pointer: "/app", view: "main" },
    {
      kind: "include",
      pointer: "/closure/include/0",
      view: "main",
      path: "/usr/share/zone/a",
      because: "it is asked for",
    },
  ],
  process: { cmd: ["/app/main.txt"] },
  plugins: { runtimes: [lineRuntime] },
};

test.for([
  ["a file, through a link of a directory", "/lib/libc.so.6"],
  ["a link", "/lib"],
  ["a directory", "/usr/lib/line"],
  ["an own reason", "/usr/share/zone/a"],
  ["a pattern", "/usr/lib/**"],
  ["a pattern that nothing matches", "/srv/*"],
  ["an absent path with a namesake", "/opt/libc.so.6"],
  ["an absent path with a typing error", "/app/mian.txt"],
] as const)("%s", async ([, path]) => {
  expect(explainPath(await manifestOf(input, someLocations), path)).toMatchSnapshot();
});

test("what is only named in strings stands at the end of the whole list", async () => {
  const manifest = await manifestOf(input, someLocations);
  const reported = [{ from: toAbsPath("/usr/bin/line"), soname: "liba.so.1", path: toAbsPath("/usr/lib/liba.so.1") }];
  expect(explainAll({ ...manifest, reported })).toBe(
    `${explainAll(manifest)}only named in strings, and left out\n  /usr/lib/liba.so.1: /usr/bin/line names liba.so.1\n`,
  );
});

test.for([
  ["imports flask", "/x/flask/__init__.py", "A imports flask, which is /x/flask/__init__.py"],
  ["has it in its standard library", "/lib/os.py", "A has /lib/os.py in its standard library"],
  ["links to it", "/b", "A links to /b"],
  ["lies in it", "/d", "A lies in /d"],
  ["reads the file of --env-file", "/e", "A reads the file of --env-file, for which there is /e"],
  [
    "requires jinja2",
    "/x/jinja2.dist-info/METADATA",
    "A requires jinja2, to which belongs /x/jinja2.dist-info/METADATA",
  ],
  ["names /usr/bin/env", "/usr/bin/env", "A names /usr/bin/env"],
  ["names /usr/bin/env2", "/usr/bin/env", "A names /usr/bin/env2, for which there is /usr/bin/env"],
  ["needs libz.so.1", "/lib/libz.so.1", "A needs libz.so.1, which is /lib/libz.so.1"],
] as const)("the sentence of `%s`", ([why, path, sentence]) => {
  expect(sentenceOf({ from: "A", why, evidence: "proved" }, { path, kind: "file" })).toBe(sentence);
});
