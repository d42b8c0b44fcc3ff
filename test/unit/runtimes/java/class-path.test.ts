import { expect, it } from "vitest";
import { writeZip } from "../../../support/write-zip.ts";
import { trace } from "./trace-java.ts";

const jar = (manifest: string, prefix = "") =>
  writeZip({ "META-INF/MANIFEST.MF": `Manifest-Version: 1.0\r\n${manifest}\r\n\r\n`, "a/Main.class": "x" }, prefix);

it("reads class path, module path, agents and files of options", async () => {
  const jars = {
    "/app/lib/a.jar": jar(""),
    "/app/lib/b.JAR": jar(""),
    "/app/lib/notes.txt": new Uint8Array(),
    "/opt/mods/m.jar": jar(""),
    "/opt/agent.jar": jar("Boot-Class-Path: boot.jar"),
    "/opt/boot.jar": jar(""),
    "/app/java.args": new TextEncoder().encode('# options\n-cp "lib/*:/opt/gone.jar"\n--module-path=/opt/mods\n'),
    "/app/classes/A.class": new Uint8Array(),
  };
  const env = {
    JAVA_TOOL_OPTIONS: "-javaagent:/opt/agent.jar=x=1",
    JDK_JAVA_OPTIONS: "-Dlogback.configurationFile=log.xml",
  };
  expect(await trace({ args: ["@java.args", "a.Main", "@not.args"], env, jars })).toMatchInlineSnapshot(`
    "/app/java.args file: reads the file of its arguments
    /app/lib/a.jar module: finds classes in it
    /app/lib/b.JAR module: finds classes in it
    /app/log.xml file ABSENT: reads the file of -Dlogback.configurationFile
    /opt/agent.jar module: loads the agent of its options
    /opt/boot.jar module: names it in its Class-Path
    /opt/mods tree: finds modules in it
    /opt/mods/m.jar module: finds modules in it
    warning JAR_MISSING: cannot find gone.jar: /usr/bin/java has it on its class path as /opt/gone.jar, which is not in the builder"
  `);
});

it("takes the system's jars for an element of the class path that only the run tells", async () => {
  const args = ["-cp", "$CP:/app/app.jar", "a.Main"];
  const jars = { "/app/app.jar": jar(""), "/usr/share/java/a.jar": jar("") };
  const unknown = "unknown /app/$CP on its class path";
  expect(await trace({ args, jars })).toContain(`${unknown}: {"kind":"directory","path":"/usr/share/java"}`);
  expect(await trace({ args, jars: { "/app/app.jar": jar("") } })).toContain(`${unknown}: {"kind":"anything"}`);
});

it("finds a jar that another one names elsewhere on the class path by its name", async () => {
  const jars = { "/app/a.jar": jar("Class-Path: /usr/share/java/b.jar"), "/app/b.jar": jar("") };
  expect(await trace({ args: ["-cp", "*", "a.Main"], jars })).not.toContain("JAR_MISSING");
  expect(await trace({ args: ["-cp", "a.jar", "a.Main"], jars })).toContain("cannot find b.jar");
});

it("says nothing of what a jar of a package names, and its package did without", async () => {
  const jars = { "/app/app.jar": jar("Class-Path: gone.jar") };
  const about = { source: "app", files: [], directories: [], dependencies: () => [] };
  const systemPackage = () => Promise.resolve({ name: "app", ...about });
  expect(await trace({ args: ["-jar", "app.jar"], jars })).toContain("JAR_MISSING");
  expect(await trace({ args: ["-jar", "app.jar"], jars, systemPackage })).not.toContain("JAR_MISSING");
});

it("reads a class path that a script makes in part", async () => {
  const jars = { "/app/lib/a.jar": jar(""), "/app/lib/b.jar": jar("") };
  const path = `"lib/a.jar:$(find /srv -name '*.jar' | paste -sd:)":lib/b.jar`;
  const found = await trace({ args: ["-cp", path, "a.Main"], jars });
  expect(found).toContain("/app/lib/a.jar module");
  expect(found).toContain("/app/lib/b.jar module");
  expect(found).not.toContain("JAR_MISSING");
});

it("takes CLASSPATH and the working directory where nothing else is said", async () => {
  const jars = { "/app/a/Main.class": new Uint8Array(), "/opt/x/A.class": new Uint8Array() };
  expect(await trace({ args: ["a.Main"], jars })).toBe("/app tree: finds classes in it");
  expect(await trace({ args: ["a.Main"], jars, env: { CLASSPATH: "/opt/x" } })).toBe(
    "/opt/x tree: finds classes in it",
  );
});
