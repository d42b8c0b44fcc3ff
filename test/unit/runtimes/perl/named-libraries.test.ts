import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { libraryNamed } from "../../../../src/runtimes/perl/named-libraries.ts";

it("finds the library of a short name, of any version", async () => {
  const found = (name: string) =>
    libraryNamed(
      name,
      { findLibrary: async (one) => (one === "libc.so.6" || one === "libz.so" ? toAbsPath(`/lib/${one}`) : undefined) },
      { names: async () => new Set(["libown.so.4.1.2", "libown.so.4", "libc.so.6"]) },
    );
  expect(await found("z")).toBe("/lib/libz.so");
  expect(await found("own")).toBe("/lib/libown.so.4");
  expect(await found("none")).toBeUndefined();
});
