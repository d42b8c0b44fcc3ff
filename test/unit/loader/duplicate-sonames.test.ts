import { describe, expect, it } from "vitest";
import { traceGlibc } from "./trace-loader.ts";

describe("glibc's loader", () => {
  it("warns of two files of one soname in a process, where somebody needs it by that name", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader needed=libx.so.1
//- /usr/lib/libx.so.1 elf=x86_64 soname=libx.so.1
//- /opt/libx.so.1 elf=x86_64 soname=libx.so.1
//- /opt/one/plug.so elf=x86_64 soname=plug.so
//- /opt/two/plug.so elf=x86_64 soname=plug.so needed=/opt/libx.so.1
`,
        { load: ["/opt/one/plug.so", "/opt/two/plug.so"] },
      ),
    ).toMatchInlineSnapshot(`
      "/lib/libx.so.1  object, /bin/main needs libx.so.1
      /opt/libx.so.1  object, /opt/two/plug.so needs /opt/libx.so.1
      warning LIBRARY_TWICE: cannot tell which libx.so.1 /bin/main uses: it loads /lib/libx.so.1 and /opt/libx.so.1 (build what loads them against one of the two, or leave the other out)"
    `);
  });
});
