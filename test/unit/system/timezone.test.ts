import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { node } from "../../../src/runtimes/node/node.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf, dumpOf } from "../../support/closure.ts";
import { debian, input } from "./system-cases.ts";

it("takes all zones, and tells what is absent", async () => {
  const dump = await dumpOf({ ...input, system: { timezone: "all" } });
  expect(dump.split("\n").filter((line) => line.includes("zone"))).toMatchInlineSnapshot(`
    [
      "/usr/share  directory 755  system  /usr/share/zoneinfo lies in it",
      "/usr/share/zoneinfo  directory 755  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/America  directory 755  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/America/Lima  file 644  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/Europe  directory 755  system  spec /system/timezone asks for all time zones",
      "/usr/share/zoneinfo/Europe/Paris  file 644  system  spec /system/timezone asks for all time zones",
    ]
  `);
  const bad = await dumpOf({
    root: "//- /bin/true 0755 elf=x86_64 static",
    roots: [binary("true")],
    plugins: { features },
    system: { certificates: true, timezone: ["Europe/Pariss", "../../etc/passwd"] },
  });
  expect(bad).toMatchInlineSnapshot(`
    "
    /bin  directory 755  system  /bin/true lies in it
    /bin/true  file 755  system  spec /binaries/0 names /bin/true
    /etc  directory 755  system  /etc/group lies in it
    /etc/group  file 644  made  system  spec /image/accounts lists users and groups in it
    /etc/passwd  file 644  made  system  spec /image/accounts lists users and groups in it
    error CERTIFICATES_MISSING /system/certificates: cannot add certificates: the builder has no bundle of certificate authorities (add ca-certificates to the builder's \`packages\`)
    error TIMEZONE_MISSING /system/timezone: cannot add the time zone ../../etc/passwd: the builder has no /usr/etc/passwd (correct the name, or add tzdata to the builder's \`packages\`)
    error TIMEZONE_MISSING /system/timezone: cannot add the time zone Europe/Pariss: the builder has no /usr/share/zoneinfo/Europe/Pariss (correct the name, or add tzdata to the builder's \`packages\`)
    "
  `);
});

it.each([
  ["Europe/Paris", "none", ["America/Lima", "Europe/Paris"]],
  [":Europe/Paris", "none", ["America/Lima", "Europe/Paris"]],
  ["UTC", "none", []],
  ["CET-1CEST", "none", ["America/Lima", "Europe/Paris"]],
  ["Europe/Paris", ["America/Lima"], ["America/Lima", "Europe/Paris"]],
] as const)("takes all zones for TZ=%s, which a run may change, with timezone: %s", async (zone, timezone, zones) => {
  const { entries } = await closureOf({
    ...input,
    process: { env: { TZ: zone } },
    system: { timezone: typeof timezone === "string" ? timezone : [...timezone] },
  });
  const found = entries.flatMap(({ path }) => /^\/usr\/share\/zoneinfo\/(.*\/.*)$/u.exec(path)?.[1] ?? []);
  expect(found).toEqual(zones);
});

it.each([
  ["named", `ENV["TZ"] = "America/Lima"`, ["/usr/share/zoneinfo/America/Lima"]],
  ["for a process", `spawn({ "TZ" => "Europe/Paris" }, "date")`, ["/usr/share/zoneinfo/Europe/Paris"]],
  ["told by the run", `ENV["TZ"] = zone`, ["/usr/share/zoneinfo/America/Lima", "/usr/share/zoneinfo/Europe/Paris"]],
  ["read", `zone = ENV.fetch("TZ", "Europe/Paris")`, []],
  ["a constant", `TZ = find("Europe/Paris")`, []],
  ["of a dependency", "", []],
])("adds the time zone that an application sets: %s", async (_, source, zones) => {
  const root = `${debian}
//- /usr/bin/ruby 0755 elf=x86_64 static
//- /app/main.rb
${source}
//- /app/vendor/other.rb
ENV["TZ"] = zone
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/ruby" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.rb"] },
    plugins: { features },
    system: { timezone: "none" },
  });
  const found = entries.filter(({ path, kind }) => kind === "file" && path.includes("zoneinfo"));
  expect(found.map(({ path }) => path)).toEqual(zones);
});

it.each([
  ["sets TZ", "/usr/local/bin/clock", "setenv,tzset", 2],
  ["looks up zones", "/usr/local/bin/clock", "_ZNSt6chrono11locate_zoneESt17basic_string_view", 2],
  ["reads the time", "/usr/local/bin/clock", "setenv,localtime", 0],
  ["is of a package", "/usr/bin/clock", "setenv,tzset", 0],
])("adds all zones for a program of the author that %s", async (_, path, imports, count) => {
  const { entries } = await closureOf({
    ...input,
    root: `${debian}\n//- ${path} 0755 elf=x86_64 loader needed=libc.so.6 imports=${imports}\n`,
    roots: [{ kind: "binary", pointer: "/binaries/0", view: "main", path }],
  });
  expect(entries.filter(({ path, kind }) => kind === "file" && path.includes("zoneinfo"))).toHaveLength(count);
});

it("adds no zones for a run-time of no package: its sources tell", async () => {
  const { entries } = await closureOf({
    root: `${debian}\n//- /usr/local/bin/node 0755 elf=x86_64 loader needed=libc.so.6 imports=setenv,tzset\n//- /app/main.js\n1\n`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/local/bin/node" }],
    process: { workdir: toAbsPath("/app"), cmd: ["main.js"] },
    plugins: { features, runtimes: [node] },
    system: { timezone: "none" },
  });
  expect(entries.filter(({ path }) => path.includes("zoneinfo"))).toEqual([]);
});
