import { expect, test } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /usr/bin/tool 0755 elf=x86_64
//- /etc/passwd
root:x:0:0:root:/root:/bin/sh
app:x:999:998::/:/bin/sh
//- /srv/given/ owner=999:998
//- /srv/roots/ 0750
//- /srv/open/ 0777
//- /srv/file
x
`;

async function directories(user: string): Promise<readonly string[]> {
  const paths = ["/data/db", "/srv/given", "/srv/roots", "/srv/open", "/srv/file", "/"].map((path) => toAbsPath(path));
  const process = { volumes: paths, user };
  const { entries } = await closureOf({ root, roots: [binary("tool")], plugins: { features }, process });
  return entries
    .filter(({ path, kind }) => kind === "directory" && /^\/(?:data|srv)/u.test(path))
    .map(({ path, mode, uid, gid }) => `${path} ${mode.toString(8)} ${String(uid)}:${String(gid)}`);
}

test("a volume that the builder lacks belongs to the image's user; one that it has keeps its owner", async () => {
  expect(await directories("app")).toMatchInlineSnapshot(`
    [
      "/data 755 0:0",
      "/data/db 755 999:998",
      "/srv 755 0:0",
      "/srv/given 755 999:998",
      "/srv/open 777 0:0",
      "/srv/roots 750 0:0",
    ]
  `);
});

test("a volume of root's belongs to the user that images have by default", async () => {
  expect(await directories("nonroot")).toMatchInlineSnapshot(`
    [
      "/data 755 0:0",
      "/data/db 755 65532:65532",
      "/srv 755 0:0",
      "/srv/given 755 999:998",
      "/srv/open 777 0:0",
      "/srv/roots 750 65532:65532",
    ]
  `);
});
