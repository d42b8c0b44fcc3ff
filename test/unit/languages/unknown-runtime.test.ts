import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { shell } from "../../../src/runtimes/shell/shell.ts";
import { type ClosureCase, closureOf } from "../../support/closure.ts";

const octave = `
//- /usr/bin/octave 0755 elf=x86_64 loader=
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/octave/plot.so elf=x86_64 needed=libfftw.so.3,libgone.so.1
//- /usr/lib/octave/helper 0755 elf=x86_64 loader=
//- /usr/lib/octave/static.a
//- /usr/lib/libfftw.so.3 elf=x86_64
//- /usr/bin/mkoctfile 0755 elf=x86_64 loader=
//- /usr/share/doc/octave/copyright
//- /usr/share/octave/m/plot.m
//- /usr/share/octave/m/current -> plot.m
//- /usr/share/texinfo/texinfo.pm
//- /usr/include/octave.h
//- /var/lib/dpkg/info/octave.list
/usr/bin/octave
/usr/bin/mkoctfile
/usr/lib/octave/plot.so
/usr/lib/octave/helper
/usr/lib/octave/static.a
/usr/include/octave.h
/usr/share/doc/octave/copyright
//- /var/lib/dpkg/info/octave-common.list
/usr/share/octave
/usr/share/octave/m/plot.m
/usr/share/octave/m/current
/usr/share/octave/m/gone.m
//- /var/lib/dpkg/info/texinfo.list
/usr/share/texinfo/texinfo.pm
//- /var/lib/dpkg/status
Package: octave
Status: install ok installed
Version: 9
Architecture: amd64
Depends: octave-common (= 9), texinfo | info, libc6

Package: octave-common
Status: install ok installed
Source: octave (9)
Version: 9
Architecture: all

Package: texinfo
Status: install ok installed
Version: 7
Architecture: amd64
`;

async function trace(root: string, roots: ClosureCase["roots"]): Promise<readonly string[]> {
  const { entries, diagnostics } = await closureOf({ root, roots, plugins: { packages: [dpkg] } });
  return [
    ...entries.filter(({ kind }) => kind !== "directory").map(({ path, layer }) => `${path} ${layer}`),
    ...diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
  ];
}

function interpreter(path: string): ClosureCase["roots"] {
  return [{ kind: "interpreter", pointer: "/interpreter", view: "main", path }];
}

it("ships the packages of a run-time that no plug-in knows, and says so", async () => {
  expect(await trace(octave, interpreter("/usr/bin/octave"))).toMatchInlineSnapshot(`
    [
      "/lib64/ld-linux-x86-64.so.2 system",
      "/usr/bin/octave system",
      "/usr/lib/libfftw.so.3 system",
      "/usr/lib/octave/helper interpreter",
      "/usr/lib/octave/plot.so interpreter",
      "/usr/share/octave/m/current interpreter",
      "/usr/share/octave/m/plot.m interpreter",
      "warning RUNTIME_UNKNOWN: cannot tell what /usr/bin/octave loads: no rules for this run-time, so all of octave, octave-common ships (4 files)",
    ]
  `);
});

it("does so for what a first line names, and for scripts that stand for an interpreter", async () => {
  const program = "//- /app/run 0755\n#!/usr/bin/octave\n";
  const roots: ClosureCase["roots"] = [{ kind: "binary", pointer: "/binaries/0", view: "main", path: "/app/run" }];
  const isWanted = (line: string) => /plot\.m|RUNTIME_UNKNOWN/u.test(line);
  const wrapper = octave
    .replace("//- /usr/bin/octave 0755 elf=x86_64 loader=", "//- /usr/bin/octave 0755\n#!/bin/plain\n")
    .concat("//- /bin/plain 0755 elf=x86_64 loader=\n");
  expect({
    line: (await trace(octave + program, roots)).filter(isWanted),
    wrapper: (await trace(wrapper, interpreter("/usr/bin/octave"))).filter(isWanted),
  }).toMatchInlineSnapshot(`
    {
      "line": [
        "/usr/share/octave/m/plot.m interpreter",
        "warning RUNTIME_UNKNOWN: cannot tell what /usr/bin/octave loads: no rules for this run-time, so all of octave, octave-common ships (4 files); asked for by /app/run",
      ],
      "wrapper": [
        "/usr/share/octave/m/plot.m interpreter",
        "warning RUNTIME_UNKNOWN: cannot tell what /usr/bin/octave loads: no rules for this run-time, so all of octave, octave-common ships (4 files)",
      ],
    }
  `);
});

it("takes what lies beside a program that no package owns", async () => {
  const root = `
    //- /opt/julia/bin/julia 0755 elf=x86_64 loader=
    //- /opt/julia/share/base.jl
    //- /opt/julia/include/julia.h
    //- /usr/local/bin/janet1.2 0755 elf=x86_64 loader=
    //- /usr/local/lib/janet/spork.janet
    //- /usr/local/share/janet-1.2/boot.janet
    //- /usr/local/share/janetor/other
    //- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
  `;
  expect({
    own: await trace(root, interpreter("/opt/julia/bin/julia")),
    named: await trace(root, interpreter("/usr/local/bin/janet1.2")),
  }).toMatchInlineSnapshot(`
    {
      "named": [
        "/lib64/ld-linux-x86-64.so.2 system",
        "/usr/local/bin/janet1.2 system",
        "/usr/local/lib/janet/spork.janet interpreter",
        "/usr/local/share/janet-1.2/boot.janet interpreter",
        "warning RUNTIME_UNKNOWN: cannot tell what /usr/local/bin/janet1.2 loads: no rules for this run-time, so all of /usr/local/lib/janet, /usr/local/share/janet-1.2 ships (2 files)",
      ],
      "own": [
        "/lib64/ld-linux-x86-64.so.2 system",
        "/opt/julia/bin/julia system",
        "/opt/julia/share/base.jl interpreter",
        "warning RUNTIME_UNKNOWN: cannot tell what /opt/julia/bin/julia loads: no rules for this run-time, so all of /opt/julia ships (1 file)",
      ],
    }
  `);
});

it("says nothing of programs that are named otherwise, which have the files of their package as any other", async () => {
  const roots: ClosureCase["roots"] = [
    { kind: "binary", pointer: "/binaries/0", view: "main", path: "/usr/bin/octave" },
  ];
  const lines = await trace(octave, roots);
  expect(lines.filter((line) => line.includes("plot.m") || line.includes("RUNTIME_UNKNOWN"))).toEqual([
    "/usr/share/octave/m/plot.m system",
  ]);
});

it("takes what the script of an interpreter runs, with the parts that its package asks for", async () => {
  const root = `
//- /usr/bin/elixir -> ../lib/elixir/bin/elixir
//- /usr/lib/elixir/bin/elixir 0755
#!/bin/sh
exec erl "$@"
//- /usr/lib/elixir/ebin/elixir.beam
//- /bin/sh 0755 elf=x86_64 loader=
//- /usr/bin/erl 0755 elf=x86_64 loader=
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/erlang/beam 0755 elf=x86_64 loader=
//- /usr/lib/erlang/crypto.so elf=x86_64
//- /usr/lib/erlang/wx.so elf=x86_64
//- /var/lib/dpkg/info/elixir.list
/usr/lib/elixir/bin/elixir
/usr/lib/elixir/ebin/elixir.beam
//- /var/lib/dpkg/info/erlang-base.list
/usr/bin/erl
/usr/lib/erlang/beam
//- /var/lib/dpkg/info/erlang-crypto.list
/usr/lib/erlang/crypto.so
//- /var/lib/dpkg/info/erlang-wx.list
/usr/lib/erlang/wx.so
//- /var/lib/dpkg/status
Package: elixir
Status: install ok installed
Version: 1
Architecture: all
Depends: erlang-base, erlang-crypto

Package: erlang-base
Status: install ok installed
Source: erlang
Version: 27
Architecture: amd64

Package: erlang-crypto
Status: install ok installed
Source: erlang
Version: 27
Architecture: amd64

Package: erlang-wx
Status: install ok installed
Source: erlang
Version: 27
Architecture: amd64
`;
  const { entries, diagnostics } = await closureOf({
    root,
    roots: interpreter("/usr/bin/elixir"),
    process: { cmd: ["-e", "1"] },
    plugins: { packages: [dpkg], runtimes: [shell] },
  });
  expect([
    ...entries.filter(({ kind }) => kind !== "directory").map(({ path }) => path),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ]).toMatchInlineSnapshot(`
    [
      "/bin/sh",
      "/lib64/ld-linux-x86-64.so.2",
      "/usr/bin/elixir",
      "/usr/bin/erl",
      "/usr/lib/elixir/bin/elixir",
      "/usr/lib/elixir/ebin/elixir.beam",
      "/usr/lib/erlang/beam",
      "/usr/lib/erlang/crypto.so",
      "RUNTIME_UNKNOWN: cannot tell what /usr/bin/erl loads: no rules for this run-time, so all of erlang-base, erlang-crypto ships (2 files); asked for by /usr/lib/elixir/bin/elixir <- /usr/bin/elixir",
      "RUNTIME_UNKNOWN: cannot tell what /usr/lib/elixir/bin/elixir loads: no rules for this run-time, so all of elixir ships (1 file); asked for by /usr/bin/elixir",
    ]
  `);
});
