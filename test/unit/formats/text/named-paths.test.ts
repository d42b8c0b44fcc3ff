import { expect, it } from "vitest";
import { namesBeside, pathsInConfiguration, pathsInString } from "../../../../src/formats/text/named-paths.ts";

it("reads paths of JSON whose slashes are escaped", () => {
  const text = JSON.stringify({ words: "/usr/share/dict/words" }).replaceAll("/", "\\/");
  expect(pathsInConfiguration(text).map((one) => one.text)).toEqual(["/usr/share/dict/words"]);
});

it("reads paths on both sides of a comma", () => {
  const paths = (text: string): readonly string[] => pathsInConfiguration(text).map((one) => one.text);
  expect(paths("use map(/srv/names.map,none) and /srv/a,/srv/b")).toEqual(
    expect.arrayContaining(["/srv/names.map", "/srv/a", "/srv/b"]),
  );
  expect(paths("/srv/{a,b}/c")).toEqual(["/srv/"]);
});

it("reads no path of how other files begin", () => {
  const paths = (text: string): readonly string[] => pathsInConfiguration(text).map((one) => one.text);
  expect(paths("0\tstring\t#!\\ /bin/csh\tapplication/x-shellscript\n0 string #!/bin/ksh x\n")).toEqual([]);
  expect(paths('{"lines": ["", "#!/bin/sh"]}\n')).toEqual(["/bin/sh"]);
});

it("reads paths of a text outside comments, in quotes, lists and elements", () => {
  const text = `a "/srv/a" '/srv/b', <c>/srv/c</c> unix:/run/x.sock \${HOME}/srv/d ./srv/e https://x/srv/f -I/srv/k
; /srv/g
// /srv/h
PATH=/opt/x/bin:/opt/y/bin file:///srv/i \${ROOT}/etc/j
glob /etc/x/*.conf /proc/self /tmp/z`;
  expect(pathsInConfiguration(text).map(({ kind, text: path }) => `${kind} ${path}`)).toMatchInlineSnapshot(`
    [
      "path /srv/a",
      "path /srv/b",
      "path /srv/c",
      "path /run/x.sock",
      "path /srv/k",
      "path /opt/x/bin",
      "path /opt/y/bin",
      "path /srv/i",
      "path /etc/j",
      "pattern /etc/x/*.conf",
    ]
  `);
});

it("reads paths of a string", () => {
  const strings = [
    "/usr/lib/x:/usr/share/y",
    "/usr/lib/x/%s.so",
    "/%s/x",
    "/usr/share/x y",
    "/bin/ps -ax",
    "/dev/null",
    "/etc/x.conf",
    "own_path=/usr/lib/x/own",
    "--a=/etc/a --b='/etc/b' --c",
    "file:///etc/x/catalog",
    "share/x/plugins",
    "{/etc/x/web,/usr/share/x/web,$ROOT/x}",
    "see share/x",
    "~/.x/config:/etc/x.conf:/usr/etc/x.conf",
    ".:/usr/share/x",
  ];
  expect(
    strings.map((text) => pathsInString(text, "/opt/x").map(({ kind, text: path }) => `${kind} ${path}`)),
  ).toMatchInlineSnapshot(`
    [
      [
        "path /usr/lib/x",
        "path /usr/share/y",
      ],
      [
        "prefix /usr/lib/x/",
      ],
      [],
      [],
      [
        "path /bin/ps",
      ],
      [],
      [
        "path /etc/x.conf",
      ],
      [
        "path /usr/lib/x/own",
      ],
      [
        "path /etc/a",
      ],
      [
        "path /etc/x/catalog",
      ],
      [
        "path /opt/x/share/x/plugins",
      ],
      [
        "path /etc/x/web",
        "path /usr/share/x/web",
      ],
      [],
      [
        "path /etc/x.conf",
        "path /usr/etc/x.conf",
      ],
      [
        "path /usr/share/x",
      ],
    ]
  `);
});

it("reads names that may be files beside a configuration", () => {
  const text = `include "inc.vh" ../up/x.ent; include prices.db\nconf.d/own x=a.b.c /abs/x.y https://host/x.js word 10.0.0.1 ./z.txt\n# no.txt`;
  expect(namesBeside('rewritePrefix="./"')).toEqual(["."]);
  expect(namesBeside(text)).toEqual(["inc.vh", "../up/x.ent", "prices.db", "conf.d/own", "a.b.c", "10.0.0.1"]);
});
