import { expect, it } from "vitest";
import { writeZip } from "../../../support/write-zip.ts";
import { classFile, debian, home, type Options, trace } from "./trace-java.ts";

it("brings libraries that classes load by their names from where the JVM looks", async () => {
  const root = debian
    .replace(
      `//- ${home}/lib/server/libjvm.so elf=x86_64 soname=libjvm.so needed=libc.so.6\n`,
      `//- ${home}/lib/server/libjvm.so elf=x86_64 soname=libjvm.so needed=libc.so.6
%s%s/usr/java/packages/lib:/usr/lib/x86_64-linux-gnu/jni:/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/usr/lib/jni:/lib:/usr/lib
src/hotspot/share/prims/jni.cpp
`,
    )
    .concat(`
//- /usr/lib/jni/libhawt.so elf=x86_64
//- /usr/lib/jni/libunused.so elf=x86_64
//- /usr/lib/x86_64-linux-gnu/jni/libtcn.so elf=x86_64
//- /opt/own/libown.so elf=x86_64
`);
  const jars = {
    "/app/app.jar": writeZip({
      "META-INF/MANIFEST.MF": "Main-Class: M\n",
      "M.class": classFile(["hawt", "own"], "loadLibrary"),
      "N.class": classFile(["unused"], "println"),
      "lib/inner.jar": writeZip({ "T.class": classFile(["tcn"], "loadLibrary") }),
    }),
  };
  const lines = async (options: Options): Promise<readonly string[]> =>
    (await trace({ root, jars, args: ["-jar", "app.jar"], ...options }))
      .split("\n")
      .filter((line) => line.includes("loads "));
  expect(await lines({ env: { LD_LIBRARY_PATH: "/opt/own" } })).toMatchInlineSnapshot(`
    [
      "/opt/own/libown.so object: holds M.class, which loads own",
      "/usr/lib/jni/libhawt.so object: holds M.class, which loads hawt",
      "/usr/lib/x86_64-linux-gnu/jni/libtcn.so object: holds T.class, which loads tcn",
    ]
  `);
  expect((await lines({})).some((line) => line.includes("libown"))).toBe(false);
  const classes = {
    "/app/classes/a/B.class": classFile(["hawt"], "loadLibrary"),
    "/app/classes/notes.txt": classFile(["tcn"], "loadLibrary"),
  };
  expect(await lines({ jars: classes, args: ["-cp", "classes", "a.B"] })).toEqual([
    "/usr/lib/jni/libhawt.so object: loads hawt",
  ]);
  expect(await lines({ args: ["$JAVA_OPTS", "-jar", "app.jar"] })).toHaveLength(2);
  // The option takes the place of every other directory.
  expect((await lines({ args: ["-Djava.library.path=/nowhere", "-jar", "app.jar"] })).join()).not.toContain("libhawt");
});
