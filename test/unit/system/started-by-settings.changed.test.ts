import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf } from "../../support/closure.ts";

const settings = "zone = Europe/Paris\n";

/** A builder whose package brought its settings with these words. */
const builder = (brought: string): string => `
//- /var/lib/dpkg/status
Package: server
Status: install ok installed
Version: 1
Architecture: all
Conffiles:
\\t/etc/server/server.conf ${createHash("md5").update(brought).digest("hex")}
//- /var/lib/dpkg/info/server.list
/etc/server/server.conf
/usr/bin/server
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/bin/server 0755 elf=x86_64 loader needed=libc.so.6
//- /usr/share/zoneinfo/Europe/Paris
TZif2
//- /etc/server/server.conf
${settings}`;

it("takes settings of a package in which the author wrote for the author's own", async () => {
  const hasZone = async (brought: string): Promise<boolean> => {
    const plugins = { features, packages: [dpkg] };
    const { entries } = await closureOf({ root: builder(brought), roots: [binary("/usr/bin/server")], plugins });
    return entries.some(({ path }) => path === "/usr/share/zoneinfo/Europe/Paris");
  };
  expect([await hasZone("zone = UTC\n"), await hasZone(settings)]).toEqual([true, false]);
});
