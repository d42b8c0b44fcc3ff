import { expect, it } from "vitest";
import { binary, closureOf } from "../../support/closure.ts";
import { authored, input } from "./system-cases.ts";

it("takes encodings, locales, zones and name services that the author's own texts name", async () => {
  const closure = await closureOf({
    ...input,
    root: authored,
    roots: [
      binary("convert"),
      ...["/srv/own.conf", "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules"].map((path, index) => ({
        kind: "include" as const,
        pointer: `/closure/include/${index}`,
        view: "main",
        path,
      })),
    ],
  });
  const named = closure.entries.filter(({ reason }) => reason.evidence === "string");
  expect(named.map(({ path, reason }) => `${path}: ${reason.why}`)).toMatchInlineSnapshot(`
    [
      "/usr/lib/libnss_own.so.2: is the name service own of the builder",
      "/usr/lib/libnss_sss.so.2: is the name service sss of the builder",
      "/usr/lib/locale/de_DE.utf8: /srv/own.conf names the locale de_DE.UTF-8",
      "/usr/lib/locale/de_DE.utf8/LC_CTYPE: /srv/own.conf names the locale de_DE.UTF-8",
      "/usr/lib/x86_64-linux-gnu/gconv/KOI8-R.so: /srv/own.conf names koi8-r, which iconv opens it for",
      "/usr/share/zoneinfo/America/Lima: /srv/own.conf names the time zone America/Lima",
      "/usr/share/zoneinfo/Europe/Paris: /srv/own.conf names the time zone Europe/Paris",
    ]
  `);
  const nsswitch = closure.entries.find(({ path }) => path === "/etc/nsswitch.conf");
  expect(nsswitch?.content).toMatchInlineSnapshot(`
    {
      "text": "passwd: files own sss
    group: files own sss
    hosts: files dns own sss
    networks: files
    protocols: files
    services: files
    ",
    }
  `);
});
