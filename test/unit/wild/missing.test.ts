import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lackedPaths, missedPaths, namesPath } from "../../wild/missing.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pith-missing-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), "");
  }
}

let traces = 8;
function trace(...lines: readonly string[]): string {
  const file = join(folder, "trace");
  writeFileSync(`${file}.${String(++traces)}`, lines.join("\n"));
  return file;
}

const none = "= -1 ENOENT (No such file or directory)";

test("what is missed is what only the builder has, also by a name that is relative to a directory", () => {
  put("builder/etc/a.conf", "builder/app/lib/b.js", "builder/etc/both", "image/etc/both");
  const image = { root: join(folder, "image"), builder: join(folder, "builder") };
  const file = trace(
    `7 openat(AT_FDCWD, "/etc/a.conf", O_RDONLY) ${none}`,
    `7 chroot("${image.root}") = 0`,
    `7 openat(AT_FDCWD</>, "/etc/both", O_RDONLY) ${none}`,
    `7 openat(AT_FDCWD</>, "/etc/nowhere", O_RDONLY) ${none}`,
    `7 openat(AT_FDCWD<${image.root}/app>, "lib/b.js", O_RDONLY) ${none}`,
    `7 access("/etc/a.conf", R_OK) ${none}`,
  );
  expect(missedPaths(file, image)).toEqual(["/app/lib/b.js", "/etc/a.conf"]);
  put("builder/etc/later");
  trace(`7 chroot("${image.root}") = 0`, `7 access("/etc/later", R_OK) ${none}`);
  expect(missedPaths(file, image)).toEqual(["/app/lib/b.js", "/etc/a.conf", "/etc/later"]);
});

test("what is lacked is what the program opens in its builder, and the image has not", () => {
  put("builder/etc/a.conf", "builder/usr/bin/helper", "builder/etc/both", "image/etc/both");
  const image = { root: join(folder, "image"), builder: join(folder, "builder") };
  const file = trace(
    `7 execve("/usr/bin/unshare", ["unshare"]) = 0`,
    `7 chroot("${image.builder}") = 0`,
    `7 openat(AT_FDCWD</>, "/etc/both", O_RDONLY) = 3</etc/both>`,
    `7 openat(AT_FDCWD</>, "/etc/a.conf", O_RDONLY) = 3</etc/a.conf>`,
    `8 execve("/usr/bin/helper", ["helper"]) = 0`,
    `8 openat(AT_FDCWD</>, "/etc/other", O_RDONLY) ${none}`,
  );
  expect(lackedPaths(file, image)).toEqual(["/etc/a.conf", "/usr/bin/helper"]);
});

test("a build names a path by itself, by a directory of it, or by its own name", () => {
  const path = "/usr/share/tool/data/a.table";
  expect(namesPath("cannot follow /usr/share/tool/data/a.table", path)).toBe(true);
  expect(namesPath("left out: /usr/share/tool/data, 12 files", path)).toBe(true);
  expect(namesPath("a.table is left out", path)).toBe(true);
  expect(namesPath("left out: /usr/share/tool/database", path)).toBe(false);
  expect(namesPath("closure: 12 files", path)).toBe(false);
});

test("a build names no path by a directory of many packages, a common word, or what it kept whole", () => {
  const path = "/usr/lib/python3/dist-packages/gunicorn/app.py";
  expect(namesPath("left out: /usr/lib/python3/dist-packages/other/b.py", path)).toBe(false);
  expect(namesPath("left out: /usr/lib/python3/dist-packages/gunicorn, 12 files", path)).toBe(true);
  expect(namesPath("2 names unknown: 2 kept whole (/usr/lib/python3/dist-packages/gunicorn/app.py x)", path)).toBe(
    false,
  );
  expect(namesPath("asked for by /usr/local/bin/start", "/usr/local")).toBe(false);
});

test("a build names what a package of an application lost by the package's directory, not by that of its scope", () => {
  const path = "/app/node_modules/cldr/main/de.json";
  expect(namesPath("it could be any of 900 files of /app/node_modules/cldr", path)).toBe(true);
  expect(namesPath("it could be any of 900 files of /app/node_modules", path)).toBe(false);
  expect(namesPath("left out: /app/node_modules/@own", "/app/node_modules/@own/a/b.json")).toBe(false);
});
