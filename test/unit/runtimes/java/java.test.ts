import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { java } from "../../../../src/runtimes/java/java.ts";
import { writeZip } from "../../../support/write-zip.ts";
import { home, type Options, processOf, toolNamed, trace, withTools } from "./trace-java.ts";

const jar = (manifest: string, prefix = "") =>
  writeZip({ "META-INF/MANIFEST.MF": `Manifest-Version: 1.0\r\n${manifest}\r\n\r\n`, "a/Main.class": "x" }, prefix);

it("brings what a source starts that the launcher compiles", async () => {
  const root = `${withTools}//- /app/Main.java\nclass Main { void run() { new ProcessBuilder("date", "-u").start(); } }\n`;
  expect(await trace({ root, args: ["Main.java"], ...toolNamed(root) })).toContain("/usr/bin/date program");
});

it("claims the launcher, not what has its name", async () => {
  const elf = await processOf({}).readElf(toAbsPath(`${home}/bin/java`));
  const path = toAbsPath("/usr/bin/java");
  expect(java.claims({ path, realPath: toAbsPath(`${home}/bin/java`), elf })).toBe(true);
  expect(java.claims({ path, realPath: toAbsPath(`${home}/bin/keytool`), elf })).toBe(false);
  expect(java.claims({ path, realPath: path, elf: undefined })).toBe(false);
});

it("brings the run-time; a library whose own library is absent as a file", async () => {
  expect(await trace({}, true)).toMatchInlineSnapshot(`
    "/usr/lib/jvm/java-21/conf tree: reads its settings
    /usr/lib/jvm/java-21/legal tree: has these licences
    /usr/lib/jvm/java-21/lib tree: reads its classes and settings
    /usr/lib/jvm/java-21/lib/jspawnhelper program: starts other programs with it
    /usr/lib/jvm/java-21/lib/jvm.cfg module: finds the names of its machines in it
    /usr/lib/jvm/java-21/lib/libawt.so object: loads the libraries of its modules
    /usr/lib/jvm/java-21/lib/libfontmanager.so file: loads it where libharfbuzz.so.0 is there
    /usr/lib/jvm/java-21/lib/libjava.so object: loads the libraries of its modules
    /usr/lib/jvm/java-21/lib/libjdwp.so object: loads the libraries of its modules
    /usr/lib/jvm/java-21/lib/libjli.so object: loads the libraries of its modules
    /usr/lib/jvm/java-21/lib/server/libjvm.so object: loads the Java virtual machine
    /usr/lib/jvm/java-21/release file: is of this version"
  `);
});

it("follows the manifest of the jar and of those that it names", async () => {
  const jars = {
    "/app/app.jar": jar(
      "Main-Class: a.Main\r\nClass-Path: lib/one.jar lib/go\r\n ne.jar http://x/y.jar classes/ ",
      "#!/bin/sh\n",
    ),
    "/app/lib/one.jar": jar("Class-Path: two%20b.jar"),
    "/app/lib/two b.jar": jar(""),
    "/app/classes/A.class": new Uint8Array(),
  };
  expect(await trace({ args: ["-Xmx1g", "-jar", "app.jar", "-cp", "not-mine"], jars })).toMatchInlineSnapshot(`
    "/app/app.jar module: runs the jar of its arguments
    /app/classes tree: names it in its Class-Path
    /app/lib/one.jar module: names it in its Class-Path
    /app/lib/two b.jar module: names it in its Class-Path
    warning JAR_MISSING: cannot find gone.jar: /app/app.jar has it on its class path as /app/lib/gone.jar, which is not in the builder"
  `);
});

it("says that the jar to run is absent by asking for it", async () => {
  expect(await trace({ args: ["-jar", "gone.jar"] })).toContain("/app/gone.jar module ABSENT: runs the jar");
});

it("starts the only jar that names its main class", async () => {
  const lib = jar("");
  const app = jar("Main-Class: a.Main");
  const argsOf = (jars: Options["jars"]) => java.defaultArgs?.(processOf(jars === undefined ? {} : { jars }));
  expect(await argsOf({ "/app/app.jar": app, "/app/lib.jar": lib })).toEqual(["-jar", "app.jar"]);
  expect(await argsOf({ "/app/target/app.jar": app })).toEqual(["-jar", "target/app.jar"]);
  expect(await argsOf({ "/app/a.jar": app, "/app/b.jar": app })).toEqual([]);
  expect(await argsOf({})).toEqual([]);
});
