import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { writeZip } from "../../../support/write-zip.ts";
import { classFile, debian, toolNamed, trace, withTools } from "./trace-java.ts";

const starting = "java/lang/ProcessBuilder";

it("brings the programs that classes of the application start, and of dependencies those of command lines", async () => {
  const jars = {
    "/app/app.jar": writeZip({
      "META-INF/MANIFEST.MF": "Main-Class: org.example.app.Main\r\n\r\n",
      "org/example/app/Main.class": classFile(["date", "-u", "hello", "convert \u0001 -resize 10 \u0001"], starting),
      "org/example/app/Other.class": classFile(["perl"], "println"),
      "org/example/app/Asks.class": classFile(["x"], "(Ljava/lang/String;)Ljava/lang/Process;"),
      "org/apache/Servlet.class": classFile(["perl", "tar -xf"], starting),
    }),
  };
  expect(
    await trace({ root: withTools, args: ["-jar", "app.jar"], jars, ...toolNamed(withTools) }),
  ).toMatchInlineSnapshot(`
    "/app/app.jar module: runs the jar of its arguments
    /usr/bin/convert program: holds org/example/app/Main.class, which starts convert
    /usr/bin/date program: holds org/example/app/Main.class, which starts date
    /usr/bin/tar program: holds org/apache/Servlet.class, which starts tar
    unknown a program that org/example/app/Asks.class starts: {"kind":"anything"}"
  `);
});

it("brings what a plug-in starts: a class that names classes of the application", async () => {
  const jars = {
    "/app/app.jar": writeZip({ "org/example/app/Main.class": classFile(["x"], "println") }),
    "/app/plug.jar": writeZip({
      "plug/Pack.class": classFile(["tar"], starting, ["[B", "org/example/spi/Format"]),
      "net/lib/Other.class": classFile(["perl"], starting, ["[B", "java/util/List"]),
    }),
  };
  const args = ["-cp", "app.jar:plug.jar", "org.example.app.Main"];
  const found = await trace({ root: withTools, args, jars, ...toolNamed(withTools) });
  expect(found).toContain("/usr/bin/tar program: holds plug/Pack.class, which starts tar");
  expect(found).not.toContain("perl");
});

it("brings the shell for a class that gives it a text, and what the text starts", async () => {
  const main = classFile(["/bin/sh", "-c", "date | tar -c \u0001"], starting);
  const jars = { "/app/a/Main.class": main };
  const options = { root: withTools, args: ["-cp", ".", "a.Main"], jars, ...toolNamed(withTools) };
  expect(await trace(options)).toMatchInlineSnapshot(`
    "/app tree: finds classes in it
    /bin/sh program: holds a/Main.class, which starts sh
    /usr/bin/date program: holds a/Main.class, which starts date"
  `);
});

it("brings a program that one class tells another, which starts it: setExecutable(String)", async () => {
  const told = "setExecutable (Ljava/lang/String;)V";
  const jars = {
    "/app/app.jar": writeZip({
      "META-INF/MANIFEST.MF": "Main-Class: org.example.app.Main\r\n\r\n",
      "org/example/app/Main.class": classFile(["date"], starting),
      "net/tasks/Pack.class": classFile(["tar", "gone", "sh"], told),
      "net/tasks/Marks.class": classFile(["perl"], "setExecutable (Z)Z"),
    }),
  };
  const traced = await trace({ root: withTools, args: ["-jar", "app.jar"], jars, ...toolNamed(withTools) });
  expect(traced.split("\n").filter((line) => line.includes("net/tasks"))).toEqual([
    "/usr/bin/tar program: holds net/tasks/Pack.class, which starts tar",
  ]);
});

it("brings a program that one class names by its path, where another class of the jar starts some", async () => {
  const lines = async (method: string): Promise<readonly string[]> => {
    const jars = {
      "/app/app.jar": writeZip({
        "META-INF/MANIFEST.MF": "Main-Class: org.example.app.Main\r\n\r\n",
        "org/example/app/Main.class": classFile(["date"], method),
        "net/draw/Place.class": classFile(["/usr/bin/convert", "/usr/bin/gone", "/usr/bin/sh"], "exists"),
      }),
    };
    const traced = await trace({ root: withTools, args: ["-jar", "app.jar"], jars, ...toolNamed(withTools) });
    return traced.split("\n").filter((line) => line.includes("convert") || line.includes("/sh "));
  };
  expect(await lines("println")).toEqual([]);
  expect(await lines(starting)).toEqual(["/usr/bin/convert program: holds net/draw/Place.class, which starts convert"]);
});

it("brings programs that other classes and settings name, where a class starts what only the run tells", async () => {
  const root = `${debian}
//- /app/c.properties
tool=one
//- /usr/local/bin/one 0755 elf=x86_64
//- /usr/local/bin/two 0755 elf=x86_64
//- /usr/local/bin/three 0755 elf=x86_64
//- /usr/local/bin/four 0755 elf=x86_64
//- /usr/local/bin/other 0755 elf=x86_64
`;
  const findProgram = (name: string) =>
    Promise.resolve(root.includes(`/local/bin/${name} `) ? toAbsPath(`/usr/local/bin/${name}`) : undefined);
  const programs = async (method: string): Promise<readonly string[]> => {
    const jars = {
      "/app/app.jar": writeZip({
        "META-INF/MANIFEST.MF": "Main-Class: app.Main\r\n\r\n",
        "app/Main.class": classFile(["/app/c.properties"], method),
        "app/Names.class": classFile(["two"], "println"),
        "lib/Names.class": classFile(["other"], "println"),
        "c.properties": "tool=three\n",
      }),
    };
    const traced = await trace({ root, args: ["-Dtool=four", "-jar", "app.jar"], jars, findProgram });
    return [...new Set(traced.match(/^\/usr\/local\/bin\/\w+/gmu))];
  };
  expect(await programs(starting)).toEqual(
    ["one", "three", "two", "four"].map((name) => `/usr/local/bin/${name}`).sort(),
  );
  expect(await programs("println")).toEqual([]);
});
