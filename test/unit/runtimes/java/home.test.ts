import { expect, it } from "vitest";
import { openProcess } from "../../../../src/loader/process.ts";
import { java } from "../../../../src/runtimes/java/java.ts";
import { closureOf } from "../../../support/closure.ts";
import { debian, home, trace } from "./trace-java.ts";

it("reports a launcher without its machine", async () => {
  const root = `//- ${home}/bin/java 0755 elf=x86_64 loader needed=libjli.so\n//- ${home}/lib/libjli.so elf=x86_64`;
  expect(await trace({ root })).toContain(
    "error JAVA_RUNTIME_MISSING: cannot find the Java virtual machine of /usr/bin/java",
  );
});

it("finds libjvm for the libraries of the run-time in the process", async () => {
  const closure = await closureOf({
    root: `${debian}
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/java" }],
    plugins: { runtimes: [java], openProcess: (options) => Promise.resolve(openProcess(options)) },
  });
  expect(closure.diagnostics.map(({ message }) => message)).toEqual([]);
  expect(
    closure.entries.filter(({ kind }) => kind !== "directory").map(({ path, layer }) => `${path} ${layer}`),
  ).toMatchInlineSnapshot(`
    [
      "/etc/java-21/java.security interpreter",
      "/etc/java-21/jvm.cfg interpreter",
      "/lib64/ld-linux-x86-64.so.2 system",
      "/usr/bin/java system",
      "/usr/lib/jvm/java-21/bin/java interpreter",
      "/usr/lib/jvm/java-21/conf/security/java.security interpreter",
      "/usr/lib/jvm/java-21/legal/java.base/LICENSE interpreter",
      "/usr/lib/jvm/java-21/lib/jspawnhelper interpreter",
      "/usr/lib/jvm/java-21/lib/jvm.cfg interpreter",
      "/usr/lib/jvm/java-21/lib/libawt.so interpreter",
      "/usr/lib/jvm/java-21/lib/libfontmanager.so interpreter",
      "/usr/lib/jvm/java-21/lib/libjava.so interpreter",
      "/usr/lib/jvm/java-21/lib/libjdwp.so interpreter",
      "/usr/lib/jvm/java-21/lib/libjli.so interpreter",
      "/usr/lib/jvm/java-21/lib/modules interpreter",
      "/usr/lib/jvm/java-21/lib/server/classes.jsa interpreter",
      "/usr/lib/jvm/java-21/lib/server/classes_nocoops.jsa interpreter",
      "/usr/lib/jvm/java-21/lib/server/libjvm.so interpreter",
      "/usr/lib/jvm/java-21/release interpreter",
      "/usr/lib/libc.so.6 system",
    ]
  `);
});
