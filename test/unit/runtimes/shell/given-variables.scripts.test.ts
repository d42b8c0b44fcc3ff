import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("gives a command the values of variables that others asked for while one was looked up", async () => {
  const script = `second="$first$END"
first="\${second}sed"
"$first" a
END=
first=tar
"$second" b`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/sed [a]: runs sed (line 3)
    program /usr/bin/tar [a]: runs tar (line 3)
    program /usr/bin/sed [b]: runs sed (line 6)
    program /usr/bin/tar [b]: runs tar (line 6)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "$first" is known only when it runs
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 6 of /entrypoint.sh runs: "$second" is known only when it runs"
  `);
});

it("reads what programs are given in variables, and names in a directory that it changed to", async () => {
  const more = "//- /srv/own.conf\n//- /srv/words/de.txt\n//- /srv/words/src/a\n//- /srv/plain.conf\n//- /srv/lib/a\n";
  const script = `#!/bin/sh
export SETTINGS=/srv/own.conf
PLAIN=/srv/plain.conf
MODULES=/srv/lib:/srv/none nginx
cd /srv/words
cat < de.txt
tar src`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "program /usr/bin/nginx []: runs nginx (line 4)
    unknown /srv/words (line 5): {"kind":"directory","path":"/srv/words"}
    file /srv/words: names /srv/words (line 5)
    program /usr/bin/cat []: runs cat (line 6)
    program /usr/bin/cat [] in /srv/words: runs cat (line 6)
    unknown /srv/words/src (line 7): {"kind":"directory","path":"/srv/words/src"}
    program /usr/bin/tar [src] in /srv/words: runs tar (line 7)
    file /srv/words/de.txt: names de.txt, in /srv/words (line 6)
    file /srv/own.conf: names /srv/own.conf (line 2)
    file /srv/lib: names /srv/lib (line 4)
    unknown /srv/lib (line 4): {"kind":"directory","path":"/srv/lib"}"
  `);
});

it("reads what a variable has that is exported in another line", async () => {
  const script = `#!/bin/sh
CLASSPATH="\${CLASSPATH:-.}:/usr/share/java/line.jar:/usr/share/java/own.jar"
export CLASSPATH
exec nginx`;
  const more = "//- /usr/share/java/own.jar\n//- /usr/share/java/line.jar\n";
  const jars = (await trace(script, { more })).split("\n").filter((line) => line.startsWith("file"));
  expect(jars).toEqual([
    "file /usr/share/java/line.jar: names /usr/share/java/line.jar (line 3)",
    "file /usr/share/java/own.jar: names /usr/share/java/own.jar (line 3)",
  ]);
});
