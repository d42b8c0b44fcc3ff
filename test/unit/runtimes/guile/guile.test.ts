import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { readGuileCommand } from "../../../../src/runtimes/guile/command-line.ts";
import { guile } from "../../../../src/runtimes/guile/guile.ts";
import { scanGuile } from "../../../../src/runtimes/guile/source-scan.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/guile -> guile-3.0
//- /usr/bin/guile-3.0 0755 elf=x86_64 loader= needed=libguile-3.0.so.1
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libguile-3.0.so.1 elf=x86_64
/usr/share/guile/site/3.0
/usr/share/guile/3.0
/usr/lib/guile/3.0/site-ccache
/usr/lib/guile/3.0/ccache
/usr/lib/guile/3.0/extensions
//- /usr/lib/guile/3.0/extensions/guile-readline.so elf=x86_64
//- /usr/lib/libgit.so.1 elf=x86_64
//- /usr/share/guile/3.0/ice-9/boot-9.scm
//- /usr/share/guile/3.0/ice-9/match.scm
//- /usr/share/guile/3.0/srfi/srfi-19.scm
//- /usr/share/guile/3.0/system/base/compile.scm
(define-module (system base compile) #:use-module (system base target))
//- /usr/share/guile/3.0/system/base/target.scm
//- /usr/share/guile/3.0/scripts/help.scm
//- /usr/lib/guile/3.0/ccache/ice-9/boot-9.go
//- /usr/lib/guile/3.0/ccache/ice-9/match.go
//- /usr/lib/guile/3.0/ccache/srfi/srfi-19.go
//- /usr/share/guile/site/3.0/git/core.scm
(define-module (git core) #:use-module ((srfi srfi-19) #:select (current-time)))
(load-extension "guile-readline" "init")
(define lib (dynamic-link "libgit.so.1"))
(use-modules (not there))
//- /usr/lib/guile/3.0/site-ccache/git/core.go
//- /usr/share/guile/site/3.0/git/unused.scm
//- /app/main.scm
(use-modules (git core) (own util) (lost module))
; (use-modules (git unused))
(load "extra.scm")
//- /app/own/util.scm
(define-module (own util) #:export (x))
//- /app/extra.scm
(import (srfi :19))
`;

async function trace(proc: Partial<ClosureCase["process"] & object>): Promise<readonly string[]> {
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/guile" }],
    process: { workdir: toAbsPath("/app"), cmd: ["-s", "main.scm"], ...proc },
    plugins: { runtimes: [guile] },
  });
  return [
    ...entries.filter(({ kind }) => kind === "file").map(({ path, layer }) => `${path} ${layer}`),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ];
}

it("ships modules as sources and as they were compiled, with the libraries that they open", async () => {
  expect(await trace({})).toMatchInlineSnapshot(`
    [
      "/app/extra.scm system",
      "/app/main.scm system",
      "/app/own/util.scm system",
      "/lib64/ld-linux-x86-64.so.2 system",
      "/usr/bin/guile-3.0 interpreter",
      "/usr/lib/guile/3.0/ccache/ice-9/boot-9.go interpreter",
      "/usr/lib/guile/3.0/ccache/ice-9/match.go interpreter",
      "/usr/lib/guile/3.0/ccache/srfi/srfi-19.go interpreter",
      "/usr/lib/guile/3.0/extensions/guile-readline.so system",
      "/usr/lib/guile/3.0/site-ccache/git/core.go dependencies",
      "/usr/lib/libgit.so.1 system",
      "/usr/lib/libguile-3.0.so.1 system",
      "/usr/share/guile/3.0/ice-9/boot-9.scm interpreter",
      "/usr/share/guile/3.0/ice-9/match.scm interpreter",
      "/usr/share/guile/3.0/srfi/srfi-19.scm interpreter",
      "/usr/share/guile/3.0/system/base/compile.scm interpreter",
      "/usr/share/guile/3.0/system/base/target.scm interpreter",
      "/usr/share/guile/site/3.0/git/core.scm dependencies",
      "MODULE_MISSING: cannot find module (lost module): used at /app/main.scm:1, no directory of %load-path has it; asked for by /usr/bin/guile-3.0 <- /usr/bin/guile",
    ]
  `);
});

it("takes what is used, and the compiler only where scripts are compiled, at level reachable", async () => {
  const files = (lines: readonly string[]) => lines.filter((line) => line.includes("/guile/3.0/"));
  expect(files(await trace({ stdlib: "reachable" }))).toMatchInlineSnapshot(`
    [
      "/usr/lib/guile/3.0/ccache/ice-9/boot-9.go interpreter",
      "/usr/lib/guile/3.0/ccache/ice-9/match.go interpreter",
      "/usr/lib/guile/3.0/ccache/srfi/srfi-19.go interpreter",
      "/usr/lib/guile/3.0/extensions/guile-readline.so system",
      "/usr/lib/guile/3.0/site-ccache/git/core.go dependencies",
      "/usr/share/guile/3.0/ice-9/boot-9.scm interpreter",
      "/usr/share/guile/3.0/ice-9/match.scm interpreter",
      "/usr/share/guile/3.0/srfi/srfi-19.scm interpreter",
      "/usr/share/guile/3.0/system/base/compile.scm interpreter",
      "/usr/share/guile/3.0/system/base/target.scm interpreter",
    ]
  `);
  const plain = await trace({ stdlib: "reachable", env: { GUILE_AUTO_COMPILE: "0" } });
  expect(files(plain).filter((line) => line.includes("/system/"))).toEqual([]);
});

it("misses its own modules", async () => {
  const { diagnostics } = await closureOf({
    root: "//- /usr/bin/guile 0755 elf=x86_64",
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/guile" }],
    plugins: { runtimes: [guile] },
  });
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "GUILE_LIBRARY_MISSING: cannot find the library of /usr/bin/guile: no directory that is compiled into it holds ice-9/boot-9",
  ]);
});

it("reads sources and arguments", () => {
  const scan = scanGuile(`#!/usr/bin/guile -s
!#
(define-module (a b) #:use-module (c d) #:autoload (e f) (g))
#| (use-modules (block comment)) |#
(@ (h i) j) "(use-modules (in string))" #\\( (import (only (k l) m) (n o (6)))
`);
  expect(scan.modules.map(({ parts, line }) => `${parts.join(" ")} ${line}`)).toEqual([
    "k l 5",
    "n o 5",
    "c d 3",
    "e f 3",
    "h i 5",
  ]);
  expect(readGuileCommand(["\\", "run.scm", "-L"])).toMatchObject({ script: "run.scm", sources: [] });
  expect(readGuileCommand(["-L", "/a", "-Cb", "--no-auto-compile", "-e", "main", "-s", "x.scm", "-L"])).toEqual({
    script: "x.scm",
    files: [],
    codes: [],
    sources: ["/a"],
    compiled: ["b"],
    compiles: false,
  });
});

it("tells what names that are put together could stand for", () => {
  const text = `(use-modules (ice-9 match))
; (load name)
(load (string-append dir "/x.scm"))
(define m (resolve-module name))
(load "plain.scm")
(define (loader load) "(load text)")
`;
  expect(scanGuile(text).computed).toEqual([
    { line: 3, what: '(load (string-append dir "/x.scm"))' },
    { line: 4, what: "(resolve-module name))" },
  ]);
});

it("looks where a script puts directories on the load path, and opens libraries of texts where names are computed", async () => {
  const more = `
//- /usr/share/desk/scheme/desk/names.scm
(define-module (desk names))
(define-public %libown (or (check "libown-2.so.0") (string-append "lib" "own")))
(define %libplaced "/usr/lib/libplaced")
//- /usr/share/desk/scheme/desk/ffi.scm
(define-module (desk ffi) #:use-module (desk names))
(define lib (dynamic-link (or (getenv "LIBOWN") %libown)))
//- /usr/share/desk/ccache/desk/ffi.go
//- /usr/lib/libown-2.so.0 elf=x86_64
//- /usr/lib/libplaced.so -> libplaced.so.1
//- /usr/lib/libplaced.so.1 elf=x86_64
//- /app/desk.scm
(eval-when (expand load eval)
  (unless (getenv "DESK")
    (add-to-load-path "/usr/share/desk/scheme")
    (set! %load-compiled-path (cons "/usr/share/desk/ccache" %load-compiled-path))))
(use-modules (desk ffi))
`;
  const pathsAt = async (prune: "safe" | "reachable"): Promise<readonly string[]> => {
    const { entries, diagnostics } = await closureOf({
      root: `${root}${more}`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/guile" }],
      process: { workdir: toAbsPath("/app"), cmd: ["-s", "desk.scm"], prune },
      plugins: { runtimes: [guile] },
    });
    expect(diagnostics).toEqual([]);
    return entries.map(({ path }) => path).filter((path) => /desk\/.*\.|libown|libplaced/u.test(path));
  };
  const placed = ["/usr/lib/libplaced.so", "/usr/lib/libplaced.so.1"];
  expect(await pathsAt("reachable")).toEqual(expect.arrayContaining(placed));
  expect(await pathsAt("reachable")).not.toContain("/usr/lib/libown-2.so.0");
  expect(await pathsAt("safe")).toEqual([
    "/usr/lib/libown-2.so.0",
    ...placed,
    "/usr/share/desk/ccache/desk/ffi.go",
    "/usr/share/desk/scheme/desk/ffi.scm",
    "/usr/share/desk/scheme/desk/names.scm",
  ]);
});

it("ships each module of a name of which the last part is computed, also where Guile's own library loads it", async () => {
  const more = `
//- /usr/share/guile/3.0/web/server.scm
(define-module (web server))
(define (lookup impl) (module-ref (resolve-module \`(web server ,impl)) impl))
//- /usr/share/guile/3.0/web/server/http.scm
(define-module (web server http) #:use-module (ice-9 match))
//- /usr/lib/guile/3.0/ccache/web/server/http.go
//- /usr/share/guile/3.0/web/client.scm
//- /app/serve.scm
(use-modules (web server))
`;
  const { entries } = await closureOf({
    root: `${root}${more}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/guile" }],
    process: {
      workdir: toAbsPath("/app"),
      cmd: ["-s", "serve.scm"],
      env: { GUILE_AUTO_COMPILE: "0" },
      stdlib: "reachable",
      prune: "reachable",
    },
    plugins: { runtimes: [guile] },
  });
  expect(entries.map(({ path }) => path).filter((path) => /\/web\/.*\./u.test(path))).toEqual([
    "/usr/lib/guile/3.0/ccache/web/server/http.go",
    "/usr/share/guile/3.0/web/server.scm",
    "/usr/share/guile/3.0/web/server/http.scm",
  ]);
});

it("opens no text at the character that a quote is", () => {
  const { modules } = scanGuile(
    String.raw`(define quote #\") (use-modules (ice-9 match)) (display "a (use-modules (b))")`,
  );
  expect(modules).toEqual([{ parts: ["ice-9", "match"], line: 1 }]);
});
