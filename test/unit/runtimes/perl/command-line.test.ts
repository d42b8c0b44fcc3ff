import { expect, it } from "vitest";
import { readPerlCommand } from "../../../../src/runtimes/perl/command-line.ts";

it("reads command lines as perl does", () => {
  expect(
    readPerlCommand(["-T", "-i.bak", "-l012", "-Ilib", "-I", "x", "-MFoo=a,b", "-d:NYTProf", "s.pl", "-e"]),
  ).toEqual({
    script: "s.pl",
    arguments: ["-e"],
    code: undefined,
    directories: ["lib", "x"],
    modules: ["Foo", "Devel::NYTProf"],
    searchesPath: false,
    isDebugged: true,
  });
  expect(readPerlCommand(["-0777", "-pe", "1", "-E", "2", "file"])).toMatchObject({ code: "1\n2", script: undefined });
});
