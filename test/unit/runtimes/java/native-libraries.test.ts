import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { writeZip } from "../../../support/write-zip.ts";
import { debian, home, processOf, trace } from "./trace-java.ts";

const library = (needed: readonly string[]): Uint8Array => writeElf({ machine: "x86_64", needed });

it("brings what libraries inside jars need, also of jars that are packed into the one that runs", async () => {
  const root = `${debian}
//- /usr/lib/libstdc++.so.6 elf=x86_64
//- /usr/lib/libm.so.6 elf=x86_64
`;
  const jars = {
    "/app/app.jar": writeZip({
      "META-INF/MANIFEST.MF": "Main-Class: M\n",
      "linux/libtop.so": library(["libm.so.6", "libc.so.6"]),
      "BOOT-INF/lib/deep.jar": writeZip({
        "native/libdeep.so": library(["libstdc++.so.6", "libm.so.6"]),
        "native/libmusl.so": library(["libc.musl-x86_64.so.1"]),
        "native/libarm.so": writeElf({ machine: "aarch64", needed: ["libc.so.6"] }),
      }),
      "BOOT-INF/lib/broken.jar": new Uint8Array(30),
    }),
  };
  const elf = await processOf({}).readElf(toAbsPath(`${home}/bin/java`));
  const lines = (await trace({ root, jars, args: ["-jar", "app.jar"], elf })).split("\n");
  expect(lines.filter((line) => line.includes("holds"))).toMatchInlineSnapshot(`
    [
      "/usr/lib/libc.so.6 object: holds libtop.so, which needs libc.so.6",
      "/usr/lib/libm.so.6 object: holds libtop.so, which needs libm.so.6",
      "/usr/lib/libstdc++.so.6 object: holds libdeep.so, which needs libstdc++.so.6",
    ]
  `);
});
