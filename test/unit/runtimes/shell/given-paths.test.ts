import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("gives a command each directory that a variable may name", async () => {
  const script = 'root=/srv/one\nif test "$1"; then root=/srv/two; fi\nnginx -p "$root"\n';
  const more = "//- /srv/one/a\n//- /srv/two/b\n";
  const lines = (await trace(script, { more })).split("\n").filter((line) => line.startsWith("unknown"));
  expect(lines).toEqual([
    'unknown /srv/one (line 3): {"kind":"directory","path":"/srv/one"}',
    'unknown /srv/two (line 3): {"kind":"directory","path":"/srv/two"}',
  ]);
});

it("gives a command a directory of the stage's own or of a package, but for those that make or change it", async () => {
  const more = "//- /srv/www/index.html\n//- /srv/data/a\n//- /usr/share/x/a\n";
  const script = "cat -r /srv/www --root=/srv/data /usr/share/x /srv/none\nmkdir -p /srv/data; chown -R 1 /srv/data";
  const traced = await trace(script, { more });
  expect(traced.split("\n").filter((line) => line.startsWith("unknown"))).toEqual([
    'unknown /srv/www (line 1): {"kind":"directory","path":"/srv/www"}',
    'unknown --root=/srv/data (line 1): {"kind":"directory","path":"/srv/data"}',
    'unknown /usr/share/x (line 1): {"kind":"directory","path":"/usr/share/x"}',
  ]);
  const copied = await trace("cat -r /usr/share/x/. /usr/share /tmp\n", { more });
  expect(copied).toContain('unknown /usr/share/x/. (line 1): {"kind":"directory","path":"/usr/share/x"}');
  const ofPackage = {
    script: "/usr/share/x/start",
    more: `${more}//- /usr/share/x/start 0755\ncat -r /usr/share/x/more\n//- /usr/share/x/more/b\n`,
  };
  expect(await trace("", ofPackage)).not.toContain("unknown");
});

it("gives a command the files of a pattern, but for those that every system has", async () => {
  const more = "//- /srv/pages/a.html\n//- /srv/pages/deep/b.html\n//- /etc/x.conf\n";
  const script = "cat /srv/pages/* /etc/*.conf /srv/none/* /tmp/*";
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "unknown /srv/pages/* (line 1): {"kind":"paths","paths":["/srv/pages/a.html","/srv/pages/deep"]}
    program /usr/bin/cat [/srv/pages/*, /etc/*.conf, /srv/none/*, /tmp/*]: runs cat (line 1)"
  `);
});

it("takes files behind the name or the letter of an option, and behind a kind", async () => {
  const more = "//- /srv/film/own.txt\n//- /srv/film/own.cpt\n";
  const traced = await trace(
    "cd /srv/film; cat -C/srv/film/own.cpt pango:own.txt -aown.txt --in=own.cpt http://own.txt",
    { more },
  );
  expect(traced.split("\n").filter((line) => line.startsWith("file /srv/film/"))).toMatchInlineSnapshot(`
    [
      "file /srv/film/own.cpt: names /srv/film/own.cpt (line 1)",
      "file /srv/film/own.txt: names own.txt, in /srv/film (line 1)",
      "file /srv/film/own.cpt: names own.cpt, in /srv/film (line 1)",
    ]
  `);
});

it("takes files by their addresses", async () => {
  const more = "//- /srv/page/own.html\n//- /srv/parts/a.html\n//- /srv/book/b.html\n";
  const traced = await trace(
    "cat file:///srv/page/own.html --in=file:///srv/book/b.html; cat --base=file:///srv/parts http://srv/page",
    { more },
  );
  expect(
    traced.split("\n").filter((line) => line.includes("/srv/") && !line.startsWith("program")),
  ).toMatchInlineSnapshot(`
    [
      "file /srv/page/own.html: names /srv/page/own.html (line 1)",
      "file /srv/book/b.html: names /srv/book/b.html (line 1)",
      "file /srv/parts: names /srv/parts (line 1)",
      "unknown --base=file:///srv/parts (line 1): {"kind":"directory","path":"/srv/parts"}",
    ]
  `);
});

it("reads paths behind options whose names have dots and other signs", async () => {
  const script = "nginx --config.file=/etc/app.conf.in --web:own+file=/etc/app.conf.in";
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /etc/app.conf.in: names /etc/app.conf.in (line 1)
    program /usr/bin/nginx [--config.file=/etc/app.conf.in, --web:own+file=/etc/app.conf.in]: runs nginx (line 1)"
  `);
});
