import { expect, it } from "vitest";
import { parseManifest } from "../../../../src/formats/zip/jar.ts";

it("joins continued lines of a manifest and stops at its first section", () => {
  expect(parseManifest("Class-Path: one.jar tw\n o.jar\nMain-Class: A\n\nName: x\nMain-Class: B\n")).toEqual({
    mainClass: "A",
    classPath: ["one.jar", "two.jar"],
    bootClassPath: [],
  });
});
