import { expect, it } from "vitest";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { guile } from "../../../../src/runtimes/guile/guile.ts";
import { commandCodeOf, guileCalls } from "../../../../src/runtimes/guile/started-programs.ts";
import { closureOf } from "../../../support/closure.ts";

it("reads the commands that Guile starts", () => {
  const commands = startedCommandsIn(
    commandCodeOf(`(system "jq -n 1 | tac")
(system* "jq" "-n" "1")
(system (string-append "cut -f1 " file))
(system (format #f "wc -l ~a" file))
(open-pipe* OPEN_READ "sort" "-u")
(apply system* '("date" "-u"))
(define tool "nl") (system* tool "-ba")
(execlp "ls" "ls")`),
    guileCalls,
  );
  expect(commands.map(({ line, words }) => `${String(line)} ${words.join(", ")}`)).toEqual([
    "1 jq -n 1 | tac",
    "2 jq, -n, 1",
    "3 cut -f1 $unknown",
    "4 wc -l $unknown",
    "5 sort, -u",
    "6 date, -u",
    "7 nl",
    "8 ls, ls",
  ]);
});

const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/guile 0755 elf=x86_64 loader= needed=libguile-3.0.so.1
//- /usr/lib/libguile-3.0.so.1 elf=x86_64
/usr/share/guile/site/3.0
/usr/share/guile/3.0
/usr/lib/guile/3.0/ccache
//- /usr/share/guile/3.0/ice-9/boot-9.scm
//- /usr/lib/guile/3.0/ccache/ice-9/boot-9.go
//- /usr/share/guile/site/3.0/json.scm
//- /usr/share/guile/site/3.0/git/core.scm
//- /usr/share/guile/site/3.0/unused.scm
//- /usr/local/bin/render 0755 elf=x86_64
//- /usr/local/bin/other 0755 elf=x86_64
//- /app/c.scm
(git core)
`;

async function shipped(main: string): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `${root}//- /app/main.scm\n${main}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/guile" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.scm"] },
    plugins: { runtimes: [guile] },
  });
  return entries.map(({ path }) => path).filter((path) => /local\/bin\/|\/(?:json|core|unused)\.scm$/u.test(path));
}

it("brings programs that a list of pairs names, where the name is computed", async () => {
  const main = `(define t '((a . "render"))) (system* (assq-ref t 'a))`;
  expect(await shipped(main)).toEqual(["/usr/local/bin/render"]);
  expect(await shipped(`(define t '((a . "render")))`)).toEqual([]);
});

it("brings modules that sources and data name, where the name is computed", async () => {
  const main = "(for-each (lambda (m) (resolve-interface m)) (list 'json))";
  expect(await shipped(main)).toEqual(["/usr/share/guile/site/3.0/git/core.scm", "/usr/share/guile/site/3.0/json.scm"]);
  expect(await shipped("(define names (list 'json))")).toEqual([]);
});
