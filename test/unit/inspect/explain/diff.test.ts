import { expect, test } from "vitest";
import { diffManifests, printDiff } from "../../../../src/inspect/explain/diff.ts";
import { binary, type ClosureCase } from "../../../support/closure.ts";
import { manifestOf, someLocations } from "../../../support/manifest.ts";

const before: ClosureCase = {
  root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/lib/libold.so.1 elf=x86_64
//- /usr/bin/env 0755 elf=x86_64 loader needed=libc.so.6,libold.so.1
//- /etc/a
x
//- /etc/link -> a
`,
  roots: [binary("/usr/bin/env"), { kind: "include", pointer: "/closure/include/0", view: "main", path: "/etc/*" }],
};
const after: ClosureCase = {
  root: `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/env 0755 elf=x86_64 loader needed=libnew.so.1
//- /usr/lib/libnew.so.1 elf=x86_64 needed=libc.so.6
//- /etc/a 0600
longer
//- /etc/link -> b
//- /etc/b
`,
  roots: before.roots,
};

test("files, packages, bytes, settings and reasons", async () => {
  const [left, right] = [await manifestOf(before, someLocations), await manifestOf(after, someLocations)];
  const changed = {
    ...right,
    packages: ["dpkg:new"],
    config: { ...right.config, cmd: ["-v"], user: "0:0" },
  };
  const diff = diffManifests({ ...left, packages: ["dpkg:old"] }, changed);
  expect(printDiff(diff, { isLong: true })).toMatchInlineSnapshot(`
    "files     5 -> 6 (+1)
    bytes     1,358 -> 1,363 (+5)
    packages  +1 -1

    packages:
      - dpkg:old
      + dpkg:new

    settings:
      ~ cmd: [] -> ["-v"]
      ~ user: 65532:65532 -> 0:0

    removed:
      - /usr/lib/libold.so.1  305 bytes

    added:
      + /etc/b  0 bytes
        pith.yaml:8 (closure.include) includes /etc/*, for which there is /etc/b
      + /usr/lib/libnew.so.1  329 bytes
        /usr/bin/env needs libnew.so.1, which is /usr/lib/libnew.so.1

    changed:
      ~ /etc/a  content, mode +5
      ~ /etc/link  target
      ~ /usr/bin/env  content -24

    other reasons:
      ~ /usr/lib
        - /usr/lib/libc.so.6 lies in /usr/lib
        + /usr/lib/libnew.so.1 lies in /usr/lib
      ~ /usr/lib/libc.so.6
        - /usr/bin/env needs libc.so.6, which is /usr/lib/libc.so.6
        + /usr/lib/libnew.so.1 needs libc.so.6, which is /usr/lib/libc.so.6
    "
  `);
  expect(printDiff(diff, { isLong: false })).toContain("2 paths are in for another reason; --reasons shows them");
  expect(diff).toMatchSnapshot();
});

test("an image and itself, and one whose spec has moved", async () => {
  const left = await manifestOf(before, someLocations);
  const moved = Object.fromEntries(
    Object.entries(someLocations).map(([pointer, location]) => [
      pointer,
      { ...location, place: `pith.yaml:9${pointer.length}` },
    ]),
  );
  expect(diffManifests(left, await manifestOf(before, moved)).isSame).toBe(true);
  expect(printDiff(diffManifests(left, left), { isLong: true })).toBe("The two images are the same.\n");
});
