import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf } from "../../support/closure.ts";
import { debian, input } from "./system-cases.ts";

it("takes links of a package to empty directories that lie beside what ships", async () => {
  const root = `${debian}
//- /var/lib/dpkg/status
Package: board
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/board.list
/usr/share/board
/usr/share/board/page
/usr/share/board/sites
/usr/share/board/full
/usr/share/board/gone
//- /usr/share/board/page
x
//- /usr/share/board/sites -> /var/lib/board/sites
//- /usr/share/board/full -> /etc/board
//- /usr/share/board/gone -> /var/lib/gone
//- /usr/share/board/strange -> /var/lib/board/sites
//- /usr/share/other/sites -> /var/lib/board/sites
//- /var/lib/board/sites/ 0770 owner=33:33
//- /etc/board/settings
x
`;
  const page = { kind: "include", pointer: "/closure/include/0", view: "main", path: "/usr/share/board/page" } as const;
  const roots = [binary("/usr/bin/tool"), page];
  const process = { prune: "reachable" } as const;
  const { entries } = await closureOf({ ...input, root, roots, process, plugins: { features, packages: [dpkg] } });
  const linked = entries.filter(({ path }) => /board|other|gone/u.test(path));
  expect(linked.map(({ path, mode, uid }) => `${path} ${mode.toString(8)} ${uid}`)).toEqual([
    "/usr/share/board 755 0",
    "/usr/share/board/page 644 0",
    "/usr/share/board/sites 777 0",
    "/var/lib/board 755 0",
    "/var/lib/board/sites 770 33",
  ]);
});
