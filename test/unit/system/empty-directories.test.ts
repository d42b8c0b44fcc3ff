import { expect, test } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, type ClosureCase, closureOf } from "../../support/closure.ts";

const root = `
//- /usr/bin/tool 0755 elf=x86_64
//- /etc/passwd
root:x:0:0:root:/root:/bin/sh
app:x:999:998::/:/bin/sh
//- /srv/shop/start.sh
#!/usr/bin/tool
//- /srv/shop/data/ 0750
//- /srv/shop/kept/.gitkeep
//- /srv/shop/given/ owner=999:998
//- /srv/shop/open/ 1777
//- /srv/shop/full/page.html
x
//- /usr/lib/tool/plugins/
`;

const shop = `
//- /srv/shop/data/ 0750
`;

const pointer = "/closure/include/0";

async function directories(user: string, trees: ClosureCase["trees"] = []): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root,
    roots: [
      binary("tool"),
      ...["/srv/shop/**", "/usr/lib/tool/**"].map(
        (path) => ({ kind: "include", path, pointer, view: "main" }) as const,
      ),
    ],
    plugins: { features },
    trees,
    process: { workdir: toAbsPath("/srv/shop"), user, appRoot: toAbsPath("/srv/shop") },
  });
  return entries
    .filter(({ path, kind }) => kind === "directory" && /^\/srv\/shop|plugins/u.test(path))
    .map(({ path, mode, uid, gid }) => `${path} ${mode.toString(8)} ${String(uid)}:${String(gid)}`);
}

test("directories that the author left empty belong to the user that images have by default", async () => {
  expect(await directories("nonroot")).toMatchInlineSnapshot(`
    [
      "/srv/shop 755 0:0",
      "/srv/shop/data 750 65532:65532",
      "/srv/shop/full 755 0:0",
      "/srv/shop/given 755 999:998",
      "/srv/shop/kept 755 65532:65532",
      "/srv/shop/open 1777 0:0",
      "/usr/lib/tool/plugins 755 0:0",
    ]
  `);
});

test("a user that somebody chose gets none", async () => {
  expect(await directories("app")).toMatchInlineSnapshot(`
    [
      "/srv/shop 755 0:0",
      "/srv/shop/data 750 0:0",
      "/srv/shop/full 755 0:0",
      "/srv/shop/given 755 999:998",
      "/srv/shop/kept 755 0:0",
      "/srv/shop/open 1777 0:0",
      "/usr/lib/tool/plugins 755 0:0",
    ]
  `);
});

test("those of an application of the spec belong to whom the spec says", async () => {
  const own = { id: "app", prefix: "/srv/shop", kind: "app", owner: { uid: 0, gid: 0 }, tree: shop } as const;
  expect(await directories("nonroot", [own])).toContain("/srv/shop/data 750 0:0");
});
