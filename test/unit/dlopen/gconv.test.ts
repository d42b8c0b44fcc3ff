import { expect, it } from "vitest";
import { applyRules } from "../../support/rules.ts";

const modules = `
//- /usr/lib/gconv/gconv-modules
//- /usr/lib/gconv/UTF-16.so elf=x86_64
//- /usr/lib/gconv/BIG5.so elf=x86_64
`;

it("brings every converter of a program of the C library that converts what its arguments say", async () => {
  const rules = await applyRules(
    `${modules}//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=iconv_open,__gconv_open`,
  );
  expect(rules.split("\n").at(-1)).toBe(
    'gconv: unknown an encoding of its arguments: {"kind":"directory","path":"/usr/lib/gconv"}',
  );
});

it("brings the usual ones of other programs", async () => {
  expect(
    await applyRules(`${modules}//- /bin/main elf=x86_64 loader needed=libc.so.6 imports=iconv_open`),
  ).not.toContain("unknown");
});
