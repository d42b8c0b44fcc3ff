import type { RuntimePlugin } from "../../src/closure/model/closure.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { bun } from "../../src/runtimes/bun/bun.ts";
import { deno } from "../../src/runtimes/deno/deno.ts";
import { guile } from "../../src/runtimes/guile/guile.ts";
import { lua } from "../../src/runtimes/lua/lua.ts";
import { node } from "../../src/runtimes/node/node.ts";
import { perl } from "../../src/runtimes/perl/perl.ts";
import { php } from "../../src/runtimes/php/php.ts";
import { python } from "../../src/runtimes/python/python.ts";
import { ruby } from "../../src/runtimes/ruby/ruby.ts";
import { shell } from "../../src/runtimes/shell/shell.ts";
import { tcl } from "../../src/runtimes/tcl/tcl.ts";
import { closureOf } from "./closure.ts";

/** A run-time with the least that it starts with, and how its sources load each other. */
export interface LoadingLanguage {
  readonly interpreter: RuntimePlugin;
  readonly program: string;
  readonly root: string;
  readonly ending: string;
  load(name: string): string;
}

/** The run-times of all languages, with their names. */
export const loadingLanguages: readonly (readonly [name: string, language: LoadingLanguage])[] = Object.entries({
  bun: {
    interpreter: bun,
    program: "/usr/bin/bun",
    root: "//- /usr/bin/bun 0755 elf=x86_64\n//- /app/bunfig.toml fifo\n//- /app/tsconfig.json fifo\n//- /app/package.json fifo\n",
    ending: ".ts",
    load: (name) => `import "./${name}";`,
  },
  deno: {
    interpreter: deno,
    program: "/usr/bin/deno",
    root: "//- /usr/bin/deno 0755 elf=x86_64\n//- /app/deno.json fifo\n//- /app/deno.lock fifo\n//- /root/.cache/deno/npm fifo\n",
    ending: ".ts",
    load: (name) => `import "./${name}.ts";`,
  },
  guile: {
    interpreter: guile,
    program: "/usr/bin/guile",
    root: "//- /usr/bin/guile 0755 elf=x86_64\n/usr/share/guile/3.0\n//- /usr/share/guile/3.0/ice-9/boot-9.scm\n//- /usr/share/guile/3.0/pipe.scm fifo\n",
    ending: ".scm",
    load: (name) => `(load "${name}.scm")`,
  },
  lua: {
    interpreter: lua,
    program: "/usr/bin/lua5.4",
    root: "//- /usr/bin/lua5.4 0755 elf=x86_64\n./?.lua;/usr/share/lua/5.4/?.lua\n//- /usr/share/lua/5.4/pipe.lua fifo\n",
    ending: ".lua",
    load: (name) => `require "${name}"`,
  },
  node: {
    interpreter: node,
    program: "/usr/bin/node",
    root: "//- /usr/bin/node 0755 elf=x86_64\n//- /app/package.json fifo\n//- /app/node_modules/pipe/package.json fifo\n",
    ending: ".js",
    load: (name) => `require("./${name}.js");`,
  },
  perl: {
    interpreter: perl,
    program: "/usr/bin/perl",
    root: "//- /usr/bin/perl 0755 elf=x86_64\n/usr/share/perl/5.40\n/etc/perl\n//- /usr/share/perl/5.40/strict.pm\n//- /etc/perl/sitecustomize.pl fifo\n",
    ending: ".pl",
    load: (name) => `require "./${name}.pl";`,
  },
  python: {
    interpreter: python,
    program: "/usr/bin/python3",
    root: "//- /usr/bin/python3 0755 elf=x86_64\n//- /usr/lib/python3.13/os.py\n//- /usr/lib/python3.13/site-packages/pipe.pth fifo\n//- /usr/lib/python3.13/site-packages/pipe-1.dist-info/RECORD fifo\n",
    ending: ".py",
    load: (name) => `import ${name}`,
  },
  php: {
    interpreter: php,
    program: "/usr/bin/php",
    root: "//- /usr/bin/php 0755 elf=x86_64\n/etc/php\n/etc/php/conf.d\n//- /etc/php/php.ini fifo\n//- /etc/php/conf.d/pipe.ini fifo\n//- /app/vendor/composer/installed.json fifo\n",
    ending: ".php",
    load: (name) => `<?php require __DIR__ . '/${name}.php'; ?>`,
  },
  ruby: {
    interpreter: ruby,
    program: "/usr/bin/ruby",
    root: "//- /usr/bin/ruby 0755 elf=x86_64\n/usr/lib/ruby/3.3.0\n//- /usr/lib/ruby/3.3.0/rbconfig.rb\n//- /var/lib/gems/3.3.0/specifications/pipe-1.gemspec fifo\n//- /app/Gemfile\n//- /app/Gemfile.lock fifo\n",
    ending: ".rb",
    load: (name) => `require_relative "${name}"`,
  },
  shell: {
    interpreter: shell,
    program: "/bin/sh",
    root: "//- /bin/sh 0755 elf=x86_64\n//- /app/pipe.sh fifo\n",
    ending: ".sh",
    load: (name) => `. ./${name}.sh`,
  },
  tcl: {
    interpreter: tcl,
    program: "/usr/bin/tclsh",
    root: "//- /usr/bin/tclsh 0755 elf=x86_64\n/usr/share/tcltk/tcl8.6\n//- /usr/share/tcltk/tcl8.6/init.tcl\n//- /usr/share/tcltk/x/pkgIndex.tcl fifo\n",
    ending: ".tcl",
    load: (name) => `source [file join [file dirname [info script]] ${name}.tcl]`,
  },
});

/** Resolves an application of these sources. Answers which of them ship, and the findings as `severity CODE`. */
export async function ownFiles(
  { interpreter: plugin, program, root, ending }: LoadingLanguage,
  sources: Readonly<Record<string, string>>,
): Promise<{ readonly own: readonly string[]; readonly codes: readonly string[] }> {
  const texts = Object.entries(sources).map(([name, text]) => `//- /app/${name}${ending}\n${text}\n`);
  const { entries, diagnostics } = await closureOf({
    root: root + texts.join(""),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: program }],
    process: { workdir: toAbsPath("/app"), cmd: [`main${ending}`] },
    plugins: { runtimes: [plugin] },
  });
  const own = entries.filter(({ path, kind }) => kind === "file" && path.startsWith("/app/") && path.endsWith(ending));
  return { own: own.map(({ path }) => path), codes: diagnostics.map(({ severity, code }) => `${severity} ${code}`) };
}
