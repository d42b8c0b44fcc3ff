import { expect, test } from "vitest";
import {
  audienceOf,
  hasSettings,
  isForMakers,
  isForOthers,
  isRecipeFile,
  useOf,
} from "../../../src/rootfs/file-use.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const uses = [
  ["/usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc", "not-for-running"],
  ["/usr/lib/x86_64-linux-gnu/pkgconfig", "not-for-running"],
  ["/opt/own/lib/cmake/own/own.cmake", "not-for-running"],
  ["/usr/share/doc/r-base/copyright", "not-for-running"],
  ["/usr/share/own/t/001_start.t", "not-for-running"],
  ["/usr/share/own/testsuite", "not-for-running"],
  ["/usr/share/terminfo/t/tmux", "run-time"],
  // What tools that build packages of the distribution read.
  ["/usr/share/python3/dist/python3-own", "not-for-running"],
  // What scripts of packages read while they are installed.
  ["/usr/share/own/dpkg/functions", "not-for-running"],
  ["/var/lib/ucf/hashfile", "not-for-running"],
  ["/usr/share/own/data/dpkg/functions", "run-time"],
  // A package of a language may have the name of such a directory.
  ["/usr/lib/R/site-library/pkgconfig/DESCRIPTION", "run-time"],
  ["/usr/lib/R/site-library/cmake/R/cmake.rdb", "run-time"],
  // Programs read data that is called as sources of C are.
  ["/usr/share/printers/ppdc/font.h", "run-time"],
  ["/usr/share/own/include/own.h", "not-for-running"],
  ["/usr/lib/own/own.h", "not-for-running"],
  ["/usr/bin/Rscript", "command"],
  ["/usr/lib/x86_64-linux-gnu/libz.so.1", "library"],
] as const;

test.each(uses)("%s is %s", (path, use) => {
  expect(useOf(toAbsPath(path))).toBe(use);
});

const audiences = [
  ["/usr/share/gdb/python/gdb/types.py", "gdb"],
  ["/etc/cron.d/own", "cron"],
  ["/usr/lib/gdb/gdb", undefined],
  ["/usr/share/own/t/001_start.t", undefined],
] as const;

test.each(audiences)("%s is for %s", (path, audience) => {
  expect(audienceOf(toAbsPath(path))).toBe(audience);
});

test("a job of the system is not for an image, and one of a program's package is", () => {
  const [job, skeleton] = [toAbsPath("/etc/cron.daily/keep"), toAbsPath("/etc/skel/.profile")];
  const system = { isOfSystem: () => true };
  expect([isForOthers(job, system, true), isForOthers(job, {}, true), isForOthers(job, undefined, true)]).toEqual([
    true,
    false,
    false,
  ]);
  expect([isForOthers(skeleton, system, true), isForOthers(skeleton, system, false)]).toEqual([false, true]);
});

test("files of settings are told by their names", () => {
  const paths = [
    "/srv/mail/rc",
    "/srv/mail/getmailrc",
    "/srv/own/a.yaml",
    "/etc/own/x",
    "/srv/own/src",
    "/srv/own/arc",
  ];
  expect(paths.map((path) => hasSettings(toAbsPath(path)))).toEqual([true, true, true, true, false, false]);
});

test("files with rules are told by their names", () => {
  const paths = ["/srv/own/promises.cf", "/srv/own/Makefile", "/srv/own/more.mk", "/srv/own/main.conf"];
  expect(paths.map((path) => isRecipeFile(toAbsPath(path)))).toEqual([true, true, true, false]);
});

test.each([
  ["/app/.github/workflows/ci.yml", true],
  ["/app/.gitlab-ci.yml", true],
  ["/app/docker-compose.prod.yml", true],
  ["/app/Dockerfile", true],
  ["/app/tox.ini", true],
  ["/app/.own/settings.yml", false],
  ["/app/composer.yml", false],
])("what makers keep beside sources is no setting of a program: %s", (path, expected) => {
  expect([isForMakers(toAbsPath(path)), hasSettings(toAbsPath(path))]).toEqual([expected, !expected]);
});
