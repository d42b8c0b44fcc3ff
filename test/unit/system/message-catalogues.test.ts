import { expect, it } from "vitest";
import { binary, closureOf, dumpOf } from "../../support/closure.ts";
import { debian, input } from "./system-cases.ts";

it("brings messages in the languages of the image for what asks for them", async () => {
  const catalogues = ["de/LC_MESSAGES/tool", "de_DE/LC_MESSAGES/tool", "fr/LC_MESSAGES/tool", "de/LC_MESSAGES/other"];
  const root = `${debian.replace("libssl.so.3 imports=setlocale", "libssl.so.3 imports=setlocale,gettext\ntool")}
${catalogues.map((name) => `//- /usr/share/locale/${name}.mo`).join("\n")}
`;
  const messagesOf = async (env: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const dump = await dumpOf({ ...input, root, process: { env } });
    return dump.split("\n").filter((line) => line.includes(".mo"));
  };
  expect(await messagesOf({ LANG: "de_DE.UTF-8" })).toMatchInlineSnapshot(`
    [
      "/usr/share/locale/de/LC_MESSAGES  directory 755  system  /usr/share/locale/de/LC_MESSAGES/tool.mo lies in it",
      "/usr/share/locale/de/LC_MESSAGES/tool.mo  file 644  system  spec /system/locales has the messages of /usr/bin/tool",
      "/usr/share/locale/de_DE/LC_MESSAGES  directory 755  system  /usr/share/locale/de_DE/LC_MESSAGES/tool.mo lies in it",
      "/usr/share/locale/de_DE/LC_MESSAGES/tool.mo  file 644  system  spec /system/locales has the messages of /usr/bin/tool",
    ]
  `);
  expect(await messagesOf({ LANG: "C.UTF-8" })).toEqual([]);
});

it("brings messages in languages that the author's own settings name, and each catalogue of the author's own", async () => {
  const { entries } = await closureOf({
    ...input,
    root: `${debian.replace("libssl.so.3 imports=setlocale", "libssl.so.3 imports=setlocale,gettext\ntool")}
//- /srv/own.conf
locale: fr_FR.UTF-8
//- /usr/share/locale/fr/LC_MESSAGES/tool.mo
//- /usr/share/locale/de/LC_MESSAGES/tool.mo
//- /usr/local/share/locale/pl/LC_MESSAGES/tool.mo
//- /usr/local/share/locale/pl/LC_MESSAGES/other.mo
`,
    roots: [binary("tool"), { kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/own.conf" }],
  });
  expect(entries.map(({ path }) => path).filter((path) => path.endsWith(".mo"))).toEqual([
    "/usr/local/share/locale/pl/LC_MESSAGES/tool.mo",
    "/usr/share/locale/fr/LC_MESSAGES/tool.mo",
  ]);
});
