import { describe, expect, it } from "vitest";
import { traceGlibc } from "./trace-loader.ts";

describe("glibc's loader", () => {
  it("B11: does not look further for a version", async () => {
    expect(
      await traceGlibc(`
//- /bin/main elf=x86_64 loader runpath=/old:/new needed=libver.so wants=libver.so:V1+V2+V3?
//- /old/libver.so elf=x86_64 soname=libver.so defines=V1
//- /new/libver.so elf=x86_64 soname=libver.so defines=V1,V2
`),
    ).toMatchInlineSnapshot(`
      "/old/libver.so  object, /bin/main needs libver.so
      error LIBRARY_VERSION_MISSING: cannot load /bin/main: /old/libver.so has no version V2 (build /bin/main against the libraries of the builder, or use a builder with a newer libver.so)"
    `);
  });

  it("B17: resolves later objects with what the process has", async () => {
    expect(
      await traceGlibc(
        `
//- /bin/main elf=x86_64 loader runpath=/opt needed=libjvm.so
//- /opt/libjvm.so elf=x86_64 soname=libjvm.so
//- /opt/ext/libnet.so elf=x86_64 needed=libjvm.so,libgone.so
//- /opt/ext/foreign.node elf=aarch64 needed=libmissing.so
`,
        { load: ["/opt/ext/libnet.so", "/opt/libjvm.so", "/opt/ext/foreign.node"] },
      ),
    ).toMatchInlineSnapshot(`
      "/opt/libjvm.so  object, /bin/main needs libjvm.so
      warning LIBRARY_MISSING: cannot find libgone.so: needed by /opt/ext/libnet.so, not in /lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib:/usr/lib (add the package that has libgone.so to the builder)
      warning LIBRARY_UNSUITABLE: cannot load /opt/ext/foreign.node: it is for another machine ()"
    `);
  });
});
