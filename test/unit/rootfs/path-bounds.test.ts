import { expect, test } from "vitest";
import { directoryOf } from "../../../src/rootfs/path-bounds.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

test.each([
  [["/srv/app/data/a.php", "/srv/app/data/b/c.php"], "/srv/app/data"],
  [["/srv/app/data/a.php", "/srv/app/database/c.php"], "/srv/app"],
  [["/usr/share/php/A/x.php"], "/usr/share/php/A"],
  [["/usr/share/A/x.php", "/etc/B/y.php"], undefined],
  [[], undefined],
])("says in which directory a list of paths lies: %j", (paths, directory) => {
  expect(directoryOf({ kind: "paths", paths: paths.map((path) => toAbsPath(path)) })).toBe(directory);
});
