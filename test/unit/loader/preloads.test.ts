import { describe, expect, it } from "vitest";
import { traceGlibc } from "./trace-loader.ts";

describe("glibc's loader", () => {
  it("B16: preloads, and only warns of what is not there", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader needed=libz.so
//- /usr/lib/libz.so elf=x86_64
//- /usr/lib/libone.so elf=x86_64
//- /usr/lib/libtwo.so elf=x86_64
//- /etc/ld.so.preload
libtwo.so # comment
libnone.so
`,
        { env: { LD_PRELOAD: "libone.so" } },
      ),
    ).toMatchInlineSnapshot(`
      "/etc/ld.so.preload  file, /bin/main has its loader read it
      /lib/libone.so  object, /bin/main preloads libone.so (LD_PRELOAD)
      /lib/libtwo.so  object, /bin/main preloads libtwo.so (/etc/ld.so.preload)
      warning LIBRARY_MISSING: cannot find libnone.so: needed by /bin/main, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libnone.so to the builder)
      /lib/libz.so  object, /bin/main needs libz.so"
    `);
  });
});
