import { expect, test } from "vitest";
import { useOf } from "../../../src/rootfs/file-use.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const uses = [
  ["/usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc", "not-for-running"],
  ["/usr/lib/x86_64-linux-gnu/pkgconfig", "not-for-running"],
  ["/opt/own/lib/cmake/own/own.cmake", "not-for-running"],
  ["/usr/share/doc/r-base/copyright", "not-for-running"],
  // A package of a language may have the name of such a directory.
  ["/usr/lib/R/site-library/pkgconfig/DESCRIPTION", "run-time"],
  ["/usr/lib/R/site-library/cmake/R/cmake.rdb", "run-time"],
  ["/usr/bin/Rscript", "command"],
  ["/usr/lib/x86_64-linux-gnu/libz.so.1", "library"],
] as const;

test.each(uses)("%s is %s", (path, use) => {
  expect(useOf(toAbsPath(path))).toBe(use);
});
