import { expect, it } from "vitest";
import { readJavaCommand } from "../../../../src/runtimes/java/arguments.ts";

it("reads the launcher's options up to the class, the jar or the module", () => {
  const { classPath, mainClass, jar } = readJavaCommand([
    "--class-path=a:b",
    "--add-opens",
    "x/y=z",
    "Main",
    "-cp",
    "c",
  ]);
  expect([classPath, mainClass, jar]).toEqual(["a:b", "Main", undefined]);
  expect(readJavaCommand(["-jar", "-Xmx1g", "x.jar", "y"]).jar).toBe("x.jar");
  expect(readJavaCommand(["-p", "mods", "-m", "m/Main", "x"])).toMatchObject({
    modulePaths: ["mods"],
    mainClass: undefined,
  });
  const { files, nativeAgents, libraryPath, extraPaths } = readJavaCommand([
    "-agentpath:/opt/a.so=x",
    "-Djava.library.path=/opt/n:/opt/m",
    "-Djava.util.logging.config.file=log.properties",
    "-Dlogback.configurationFile=classpath:log.xml",
    "-XX:SharedArchiveFile=a.jsa",
    "-Xbootclasspath/a:x.jar",
    "--patch-module=java.base=p.jar",
  ]);
  expect(files.map(({ path }) => path)).toEqual(["log.properties", "a.jsa"]);
  expect([nativeAgents, libraryPath]).toEqual([["/opt/a.so"], ["/opt/n", "/opt/m"]]);
  expect(extraPaths.map(({ path }) => path)).toEqual(["x.jar", "p.jar"]);
});
