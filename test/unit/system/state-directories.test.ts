import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../src/system/features.gen.ts";
import { closureOf } from "../../support/closure.ts";
import { debian, input } from "./system-cases.ts";

it("makes the directories that tmpfiles.d of a package makes when a system starts", async () => {
  const root = `${debian}
//- /var/lib/dpkg/status
Package: tool
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tool.list
/usr/bin/tool
/usr/lib/tmpfiles.d/tool.conf
//- /usr/lib/tmpfiles.d/tool.conf
# a comment
d /run/tool 0775 www-data daemon -
D! /run/tool/own
d /run/there 0700 root root
d /run/%u 0755
d /run/ghost 0755 ghost ghost
d /tmp/.own 1777
f /run/file 0644 root root
//- /run/there/ 0711
`;
  const { entries } = await closureOf({ ...input, root, plugins: { features, packages: [dpkg] } });
  const made = entries.filter(({ path }) => path.startsWith("/run/"));
  expect(made.map(({ path, mode, uid, gid }) => `${path} ${mode.toString(8)} ${uid} ${gid}`)).toEqual([
    "/run/there 711 0 0",
    "/run/tool 775 33 1",
    "/run/tool/own 755 0 0",
  ]);
});
