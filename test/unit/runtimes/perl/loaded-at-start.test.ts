import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { loadedAtStart } from "../../../../src/runtimes/perl/loaded-at-start.ts";

test("what a program loads before its first statement is found by the names of its modules", () => {
  const leadsTo = new Map(
    Object.entries({
      "/app/run.pl": ["Own::Desk"],
      "/app/lib/Own/Desk.pm": ["Own::Desk::Part", "Other"],
      "/app/lib/Own/Desk/Part.pm": ["Own::Desk"],
      "/usr/share/perl5/Other.pm": [],
      "/usr/share/perl5/AnOther.pm": [],
      "/app/lib/Own/Late.pm": ["Own::Desk"],
    }).map(([path, names]) => [toAbsPath(path), names]),
  );
  expect([...loadedAtStart([toAbsPath("/app/run.pl")], leadsTo)]).toEqual([
    "/app/run.pl",
    "/app/lib/Own/Desk.pm",
    "/app/lib/Own/Desk/Part.pm",
    "/usr/share/perl5/Other.pm",
  ]);
});

test("a program with many sources is searched in linear time", () => {
  const leadsTo = new Map(
    Array.from({ length: 5000 }, (_, index) => [toAbsPath(`/lib/A/M${index}.pm`), [`A::M${index + 1}`]] as const),
  );
  const start = performance.now();
  expect(loadedAtStart([toAbsPath("/lib/A/M0.pm")], leadsTo).size).toBe(5000);
  expect(performance.now() - start).toBeLessThan(2000);
});
