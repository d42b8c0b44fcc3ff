import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { node } from "../../../src/runtimes/node/node.ts";
import { python } from "../../../src/runtimes/python/python.ts";
import { shell } from "../../../src/runtimes/shell/shell.ts";
import { features } from "../../../src/system/features.gen.ts";
import { closureOf } from "../../support/closure.ts";

const fonts = ["/usr/share/fonts/truetype/own/Own.ttf"];

it.each([
  ["/usr/bin/python3", "app.py", 'os.listdir("/usr/share/fonts")', "", fonts],
  ["/usr/bin/node", "app.js", 'fs.readdirSync("/usr/share/fonts")', "", fonts],
  ["/usr/bin/sh", "app.sh", "ls /usr/share/fonts", "", fonts],
  ["/usr/bin/python3", "app.py", 'open("app.ini")', "//- /app/app.ini\nfonts = /usr/share/fonts\n", fonts],
  ["/usr/bin/python3", "app.py", 'os.listdir("/usr/share/man")', "", ["/usr/share/man/man1/own.1"]],
  ["/usr/bin/python3", "app.py", 'os.listdir("/usr/share")', "", []],
])(
  "%s has what an author's text names of the data for all: %s, %s",
  async (program, script, source, more, expected) => {
    for (const prune of ["safe", "reachable"] as const) {
      const { entries } = await closureOf({
        root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/ls 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/share/fonts/truetype/own/Own.ttf
//- /usr/share/man/man1/own.1
//- /app/${script}
${source}
${more}`,
        roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: program }],
        process: {
          cmd: [script],
          workdir: toAbsPath("/app"),
          appRoot: toAbsPath("/app"),
          prune,
          env: { PATH: "/usr/bin" },
        },
        plugins: { runtimes: [python, node, shell], features },
      });
      const found = entries.flatMap(({ path, kind }) =>
        kind === "file" && path.startsWith("/usr/share/") ? [path] : [],
      );
      expect(found).toEqual(expected);
    }
  },
);
