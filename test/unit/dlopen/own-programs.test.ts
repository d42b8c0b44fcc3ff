import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const words = ["kill", "sort", "date", "id", "sleep", "head", "tail", "cat", "true"];

/** A builder whose author made /usr/local/bin/own, with these texts in it, and named two packages. */
function builderWith(texts: string, about = "loader needed=libc.so.6 imports=execvp,sleep"): string {
  const packages = {
    coreutils: words.map((name) => `/usr/bin/${name}`),
    drawing: ["/usr/bin/draw", "/usr/bin/far"],
    libc6: ["/lib64/ld-linux-x86-64.so.2", "/usr/lib/libc.so.6", "/bin/sh"],
  };
  const isChosen = (name: string): boolean => name === "drawing";
  const status = Object.keys(packages).map((name) => {
    const priority = isChosen(name) ? "Priority: optional" : "Priority: required\nEssential: yes";
    return `Package: ${name}\nStatus: install ok installed\n${priority}\nVersion: 1\nArchitecture: amd64\n\n`;
  });
  const lists = Object.entries(packages).map(([name, files]) => {
    const objects = files.map((path) => `//- ${path} 0755 elf=x86_64\n`).join("");
    return `${objects}//- /var/lib/dpkg/info/${name}.list\n${files.join("\n")}\n`;
  });
  return `
//- /usr/local/bin/own 0755 elf=x86_64 ${about}
${texts}
//- /usr/local/bin/beside 0755 elf=x86_64
//- /etc/own/hooks.d/first 0755
#!/bin/sh
exec tail
//- /var/lib/apt/extended_states
Package: coreutils
Architecture: amd64
Auto-Installed: 1

Package: libc6
Architecture: amd64
Auto-Installed: 1
//- /var/lib/dpkg/status
${status.join("")}${lists.join("")}`;
}

async function started(root: string): Promise<readonly string[]> {
  const { entries, unknowns } = await closureOf({
    root,
    roots: [binary("/usr/local/bin/own")],
    plugins: { ...allPlugins(), features: [] },
  });
  const files = entries.filter(({ path, kind }) => kind === "file" && !/own$|\/lib|\/var\//u.test(path));
  return [...files.map(({ path }) => path), ...unknowns.map(({ what }) => `unknown: ${what}`)];
}

it("brings what a program of the builder's author starts by names on the PATH, and texts for the shell", async () => {
  expect(await started(builderWith("draw\nsort\nsleep\nbeside me\nfar"))).toMatchInlineSnapshot(`
    [
      "/usr/bin/draw",
      "/usr/bin/sort",
    ]
  `);
  const shell = builderWith('for h in /etc/own/hooks.d/*; do "$h" %s; done', "loader needed=libc.so.6 imports=system");
  expect(await started(shell)).toMatchInlineSnapshot(`
    [
      "/bin/sh",
      "/etc/own/hooks.d/first",
      "/usr/bin/tail",
      "unknown: "$h"",
    ]
  `);
});

it("says that many names of programs of every system may be words", async () => {
  expect(await started(builderWith(words.join("\n"), "loader needed=libc.so.6 imports=execvp"))).toMatchInlineSnapshot(`
    [
      "unknown: one of 7 programs of every system: date, head, kill, sleep, ...",
    ]
  `);
});

it("brings of programs in Rust and Go what the author named, as their texts have no end", async () => {
  const rust = "loader needed=libc.so.6 imports=posix_spawnp";
  expect(await started(builderWith("/rustc/1/library\nredraws it kill /bin/sh", rust))).toMatchInlineSnapshot(`
    [
      "/bin/sh",
      "/usr/bin/draw",
      "unknown: programs that own starts",
    ]
  `);
  expect(await started(builderWith("os/exec.(*Cmd).Start\nnothing", "static"))).toMatchInlineSnapshot(`
    [
      "unknown: programs that own starts",
    ]
  `);
});

it("brings what the author put where texts of Go and Rust begin with its path", async () => {
  const files = `
//- /usr/share/own/static/a.css
//- /usr/share/own/static/a.css.map
//- /opt/plug/in.x
//- /srv/other
`;
  const root = builderWith("/rustc/1\nx/usr/share/own/static/a.cssserve it/opt/plug/usr/bin/drawing", "static");
  expect(await started(`${files}${root}`)).toEqual(["/opt/plug/in.x", "/usr/share/own/static/a.css"]);
});

it("brings data of packages that were installed by name, and messages, where texts of Go and Rust name them", async () => {
  const data = "/usr/share/drawing/pens.json";
  const messages = ["de", "fr"].map((language) => `/usr/share/locale/${language}/LC_MESSAGES/pens.mo`);
  const files = [data, ...messages, "/usr/share/locale/de/LC_MESSAGES/other.mo"]
    .map((path) => `//- ${path}\n`)
    .join("");
  const texts = `/rustc/1\nx${data}serve/usr/share/coreutils/x.jsonLC_MESSAGESpens.motime`;
  const root = builderWith(texts, "static").replace("/usr/bin/far\n", `/usr/bin/far\n${data}\n`);
  const found = await started(`${files}${root}`);
  expect(found.filter((one) => /pens|other/u.test(one))).toEqual([
    ...[data, ...messages].sort(),
    "unknown: the messages of pens",
  ]);
});
