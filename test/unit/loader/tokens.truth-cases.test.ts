import { describe, expect, it } from "vitest";
import { traceGlibc } from "./trace-loader.ts";

describe("glibc's loader", () => {
  it("takes loaded objects by soname, and $ORIGIN of a library by the name that it was opened by", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/opt/link needed=libp.so.1,libother.so
//- /opt/link/libp.so.1 -> ../real/libp.so.1
//- /opt/real/libp.so.1 elf=x86_64 soname=libother.so runpath=$ORIGIN needed=libq.so
//- /opt/link/libq.so elf=x86_64
//- /opt/real/libq.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/opt/link/libp.so.1  object, /bin/main needs libp.so.1
      /opt/link/libq.so  object, /opt/link/libp.so.1 needs libq.so"
    `);
  });

  it("takes $ORIGIN of the program without links, and `..` after links", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main -> /opt/x/bin/main
//- /opt/x/bin/main elf=x86_64 loader runpath=$ORIGIN/../lib/../plug needed=libp.so
//- /opt/x/lib -> /srv/deep/lib
//- /srv/deep/lib/
//- /srv/deep/plug/libp.so elf=x86_64
`,
      ),
    ).toMatchInlineSnapshot(`
      "/srv/deep/plug/libp.so  object, /bin/main needs libp.so
      /opt/x/bin  file, /bin/main needs libp.so
      /opt/x/lib  file, /bin/main needs libp.so"
    `);
  });

  it("B06: expands $LIB, and $PLATFORM to all that exist", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/opt/$LIB:/opt/\${PLATFORM}:/opt/$LIBX needed=libl.so,libp.so
//- /opt/lib/x86_64-linux-gnu/libl.so elf=x86_64
//- /opt/haswell/libp.so elf=x86_64
//- /opt/x86_64/libp.so elf=x86_64 needed=libbase.so
//- /usr/lib/libbase.so elf=x86_64
`),
    ).toMatchInlineSnapshot(`
      "/opt/lib/x86_64-linux-gnu/libl.so  object, /bin/main needs libl.so
      /opt/x86_64/libp.so  object, /bin/main needs libp.so
      /opt/haswell/libp.so  object, /bin/main needs libp.so on newer machines
      /lib/libbase.so  object, /opt/x86_64/libp.so needs libbase.so"
    `);
  });
});
