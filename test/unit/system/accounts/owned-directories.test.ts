import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../../src/system/features.gen.ts";
import { binary, type ClosureCase, closureOf, dumpOf } from "../../../support/closure.ts";
import { debian, input } from "../system-cases.ts";

it("brings the homes of the image's own user and of people, empty, as the builder has them", async () => {
  const root = `${debian.replace("root:x:0:0:root:/root:/bin/bash", "root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/gone:/bin/sh")}
//- /home/ann/ 0750 owner=1000:1000
//- /home/ann/.token
//- /root/ 0700
//- /root/.npmrc
`;
  const homesOf = async (user: string): Promise<readonly string[]> =>
    (await dumpOf({ ...input, root, process: { user } })).split("\n").filter((line) => line.includes("is the home of"));
  expect(await homesOf("root")).toMatchInlineSnapshot(`
    [
      "/home/ann  directory 750  1000:1000  system  spec /image/accounts is the home of ann",
      "/root  directory 700  system  spec /image/accounts is the home of root",
    ]
  `);
  expect(await homesOf("nonroot")).toMatchInlineSnapshot(`
    [
      "/home/ann  directory 750  1000:1000  system  spec /image/accounts is the home of ann",
      "/home/nonroot  directory 755  65532:65532  system  spec /image/accounts is the home of nonroot",
    ]
  `);
  expect(await homesOf("1001")).toEqual([expect.stringContaining("/home/ann ")]);
  const accounts = { users: [{ name: "me", uid: 70, home: "/var/lib/me" }], groups: [] };
  const stated = await dumpOf({ ...input, root, accounts, process: { user: "me" } });
  expect(stated).toContain("/var/lib/me  directory 755  70:70");
});

it("brings directories that the builder's author gave to an account of the image, without what lies in them", async () => {
  const root = `${debian.replace("root:x:0:0:root:/root:/bin/bash", "root:x:0:0:root:/root:/bin/bash\nown:x:150:150::/var/lib/own:/bin/sh")}
//- /var/lib/own/ 0755
//- /var/lib/own/queue/ 0750 owner=150:150
//- /var/lib/own/queue/in/ 0750 owner=150:150
//- /srv/data/ 0755 owner=150:150
//- /srv/data/seed.db owner=150:150
//- /srv/data/below/ owner=150:150
//- /run/packaged/ owner=150:150
//- /var/cache/www/ 0755 owner=33:33
//- /var/lib/dpkg/status
Package: packaged
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/packaged.list
/run/packaged
`;
  const dump = await dumpOf({ ...input, root, process: { user: "own" }, plugins: { features, packages: [dpkg] } });
  expect(dump.split("\n").filter((line) => line.includes("belongs to"))).toMatchInlineSnapshot(`
    [
      "/srv/data  directory 755  150:150  system  spec /image/accounts belongs to own",
      "/var/lib/own/queue  directory 750  150:150  system  spec /image/accounts belongs to own",
    ]
  `);
});

it("brings the links that lead to the home of an account, where the home itself ships", async () => {
  const line = /^www-data:.*$/mu.exec(debian)?.[0] ?? "";
  const root = `${debian.replace(line, "www-data:x:33:33::/var/run/www:/bin/sh")}
//- /var/run -> /run
//- /run/www/
`;
  const home = { kind: "include", pointer: "/closure/include/0", view: "main", path: "/run/www" } as const;
  const conf = { ...home, path: "/etc/tool.conf" } as const;
  const linkOf = async (roots: ClosureCase["roots"]): Promise<readonly string[]> =>
    (await closureOf({ ...input, root, roots })).entries.map(({ path }) => path).filter((path) => path === "/var/run");
  expect(await linkOf([binary("tool"), conf, home])).toEqual(["/var/run"]);
  expect(await linkOf([binary("tool"), conf])).toEqual([]);
});

it("brings no home and no directory to write where the spec has no place for temporary files", async () => {
  const system = { certificates: "auto" as const, tmp: false };
  const dump = await dumpOf({ ...input, system, process: { user: "nonroot" } });
  expect(dump).not.toContain("/home/nonroot  directory");
});
