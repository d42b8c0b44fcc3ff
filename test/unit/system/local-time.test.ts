import { expect, it } from "vitest";
import { features } from "../../../src/system/features.gen.ts";
import { bare, binary, dumpOf } from "../../support/closure.ts";

const zones = `//- /etc/timezone
Own
//- /usr/share/zoneinfo/Europe/Paris
TZif
CET-1CEST,M3.5.0,M10.5.0/3
//- /usr/share/zoneinfo/Etc/UTC
TZif
UTC0
`;

/** What ships of the local time, and why. */
async function shipped(link: string, names = "", system = {}): Promise<readonly string[]> {
  const root = `//- /usr/bin/own 0755 elf=x86_64 static\n${names}\n//- /etc/localtime -> ${link}\n${zones}`;
  const dump = await dumpOf({ root, roots: [binary("own")], plugins: { ...bare, features }, system });
  return dump.split("\n").filter((line) => /^\/etc\/(?:localtime|timezone)|\/zoneinfo\/.*\//u.test(line));
}

it("keeps the local time of the builder where it is not UTC", async () => {
  expect(await shipped("../usr/share/zoneinfo/Europe/Paris")).toMatchInlineSnapshot(`
    [
      "/etc/localtime  symlink -> ../usr/share/zoneinfo/Europe/Paris  system  spec /system/timezone is in the local time of the builder",
      "/etc/timezone  file 644  system  spec /system/timezone is in the local time of the builder",
      "/usr/share/zoneinfo/Europe  directory 755  system  /usr/share/zoneinfo/Europe/Paris lies in it",
      "/usr/share/zoneinfo/Europe/Paris  file 644  system  /etc/localtime links to it",
    ]
  `);
  expect(await shipped("../usr/share/zoneinfo/Etc/UTC")).toEqual([]);
  expect(await shipped("../usr/share/zoneinfo/Etc/None")).toEqual([]);
});

it("keeps UTC where an object names the file of the local time", async () => {
  expect(await shipped("../usr/share/zoneinfo/Etc/UTC", "/etc/localtime")).toMatchInlineSnapshot(`
    [
      "/etc/localtime  symlink -> ../usr/share/zoneinfo/Etc/UTC  system  spec /system/timezone /usr/bin/own names it",
      "/usr/share/zoneinfo/Etc  directory 755  system  /usr/share/zoneinfo/Etc/UTC lies in it",
      "/usr/share/zoneinfo/Etc/UTC  file 644  system  /etc/localtime links to it",
    ]
  `);
});

it("lets the spec set another", async () => {
  const system = { timezone: ["Etc/UTC"] };
  expect(await shipped("../usr/share/zoneinfo/Europe/Paris", "", system)).toMatchInlineSnapshot(`
    [
      "/etc/localtime  symlink -> ../usr/share/zoneinfo/Etc/UTC  system  spec /system/timezone asks for the time zone Etc/UTC",
      "/usr/share/zoneinfo/Etc  directory 755  system  /usr/share/zoneinfo/Etc/UTC lies in it",
      "/usr/share/zoneinfo/Etc/UTC  file 644  system  spec /system/timezone asks for the time zone Etc/UTC",
    ]
  `);
});
