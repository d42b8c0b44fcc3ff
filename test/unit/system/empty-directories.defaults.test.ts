import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../src/system/features.gen.ts";
import { dumpOf } from "../../support/closure.ts";
import { debian, input } from "./system-cases.ts";

it("brings empty directories that the builder's author made, for the user that images have by default", async () => {
  const root = `${debian}
//- /var/lib/own/ 0755
//- /data/ 0750
//- /srv/site/index.html
//- /srv/site/cache/
//- /srv/site/deeper/than/three/
//- /run/own/
//- /var/lib/packaged/
//- /var/lib/dpkg/status
Package: packaged
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/packaged.list
/var/lib/packaged
`;
  const made = async (user: string): Promise<readonly string[]> => {
    const dump = await dumpOf({ ...input, root, process: { user }, plugins: { features, packages: [dpkg] } });
    return dump.split("\n").filter((line) => line.includes("is empty"));
  };
  expect(await made("root")).toMatchInlineSnapshot(`
    [
      "/data  directory 750  system  spec /image/accounts is empty, and of no package",
      "/srv/site/cache  directory 755  system  spec /image/accounts is empty, and of no package",
      "/var/lib/own  directory 755  system  spec /image/accounts is empty, and of no package",
    ]
  `);
  expect(await made("nonroot")).toMatchInlineSnapshot(`
    [
      "/data  directory 750  65532:65532  system  spec /image/accounts is empty, and of no package",
      "/srv/site/cache  directory 755  65532:65532  system  spec /image/accounts is empty, and of no package",
      "/var/lib/own  directory 755  65532:65532  system  spec /image/accounts is empty, and of no package",
    ]
  `);
});
