import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";
import { authored, debian, input } from "./system-cases.ts";

it.each(["safe", "reachable"] as const)("takes encodings that what converts names, at %s", async (prune) => {
  const root = `${debian}
//- /usr/lib/x86_64-linux-gnu/gconv/gconv-modules
module KOI8-R// INTERNAL KOI8-R 1
module SJIS// INTERNAL SJIS 1
alias SHIFT_JIS// SJIS//
module EUC-JP// INTERNAL EUC-JP 1
//- /usr/lib/x86_64-linux-gnu/gconv/KOI8-R.so elf=x86_64
//- /usr/lib/x86_64-linux-gnu/gconv/SJIS.so elf=x86_64
//- /usr/lib/x86_64-linux-gnu/gconv/EUC-JP.so elf=x86_64
//- /usr/bin/convert 0755 elf=x86_64 loader needed=libc.so.6 imports=iconv_open
Shift_JIS//TRANSLIT
cannot convert EUC-JP
koi8-r
`;
  const path = "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules";
  const table = { kind: "include", pointer: "/closure/include/0", view: "main", path } as const;
  const { entries } = await closureOf({ ...input, root, roots: [binary("convert"), table], process: { prune } });
  const names = entries.flatMap((one) => /\/gconv\/([\w-]+\.so)$/u.exec(one.path)?.[1] ?? []);
  expect(names).toEqual(["KOI8-R.so", "SJIS.so"]);
});

it.each([
  ["named", "$a !== '' ? 1 : iconv('UTF-8', 'koi8-r', $text);", ["KOI8-R"]],
  ["told by the run", "iconv($from, 'UTF-8', $text);", ["KOI8-R", "SJIS"]],
  ["converted by none", "mb_convert_encoding($text, 'KOI8-R');", []],
])("adds the encodings that an application has iconv convert: %s", async (_, source, names) => {
  const { entries } = await closureOf({
    ...input,
    root: `${authored}\n//- /usr/bin/php 0755 elf=x86_64 loader imports=iconv_open\n//- /app/main.php\n<?php ${source}\n`,
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
      {
        kind: "include",
        pointer: "/closure/include/0",
        view: "main",
        path: "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules",
      },
    ],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.php"] },
  });
  const found = entries.filter(({ path }) => /gconv\/.*\.so$/u.test(path)).map(({ path }) => path);
  expect(found).toEqual(names.map((name) => `/usr/lib/x86_64-linux-gnu/gconv/${name}.so`));
});
