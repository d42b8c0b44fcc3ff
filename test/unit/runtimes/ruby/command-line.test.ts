import { expect, it } from "vitest";
import { readRubyCommand } from "../../../../src/runtimes/ruby/command-line.ts";

it("reads the options of ruby", () => {
  const { code, ...command } = readRubyCommand([
    "-W0",
    "-Ilib:ext",
    "-rjson",
    "--disable=gems,did-you-mean",
    "-C",
    "/srv",
    "--encoding",
    "UTF-8",
    "run.rb",
    "-e",
    "x",
  ]);
  expect(code).toBeUndefined();
  expect(command).toEqual({
    script: "run.rb",
    arguments: ["-e", "x"],
    directories: ["lib", "ext"],
    libraries: ["json"],
    directory: "/srv",
    searchesPath: false,
    disabled: new Set(["gems", "did_you_mean"]),
  });
  expect(readRubyCommand(["-ne", "puts 1", "file"])).toMatchObject({ code: "puts 1", script: undefined });
  expect(readRubyCommand(["-S", "rake"])).toMatchObject({ script: "rake", searchesPath: true });
});
