import { expect, it } from "vitest";
import type { Need, ProcessContext, Yield } from "../../../../src/closure/model/closure.ts";
import { openProcess } from "../../../../src/loader/process.ts";
import { elfReader } from "../../../../src/loader/read-elf.ts";
import { resolveLinks } from "../../../../src/rootfs/links.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { type AbsPath, compareBytes, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { stringLiterals } from "../../../../src/runtimes/java/class-file.ts";
import { java } from "../../../../src/runtimes/java/java.ts";
import { closureOf } from "../../../support/closure.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { writeZip } from "../../../support/write-zip.ts";

const home = "/usr/lib/jvm/java-21";
const debian = `
//- /usr/bin/java -> ${home}/bin/java
//- ${home}/bin/java 0755 elf=x86_64 loader needed=libjli.so,libc.so.6 rpath=$ORIGIN/../lib
//- ${home}/bin/keytool 0755 elf=x86_64 loader needed=libjli.so
//- ${home}/conf/security/java.security -> /etc/java-21/java.security
//- ${home}/legal/java.base/LICENSE
//- ${home}/lib/jspawnhelper 0755 elf=x86_64 loader needed=libc.so.6
//- ${home}/lib/jvm.cfg -> /etc/java-21/jvm.cfg
//- ${home}/lib/libawt.so elf=x86_64 needed=libjvm.so
//- ${home}/lib/libfontmanager.so elf=x86_64 needed=libawt.so,libharfbuzz.so.0
//- ${home}/lib/libjava.so elf=x86_64 needed=libjvm.so
//- ${home}/lib/libjdwp.so elf=x86_64 needed=libjvm.so
//- ${home}/lib/libjli.so elf=x86_64
//- ${home}/lib/modules
//- ${home}/lib/server/classes.jsa
//- ${home}/lib/server/classes_nocoops.jsa
//- ${home}/lib/server/libjvm.so elf=x86_64 soname=libjvm.so needed=libc.so.6
//- ${home}/lib/src.zip
//- ${home}/release
//- /etc/java-21/java.security
//- /etc/java-21/jvm.cfg
//- /usr/lib/libc.so.6 elf=x86_64
`;

type Options = Partial<Pick<ProcessContext, "args" | "elf" | "env" | "findProgram" | "stdlib" | "systemPackage">> & {
  readonly root?: string;
  readonly jars?: Readonly<Record<string, Uint8Array>>;
};

function processOf({ root: text = debian, jars = {}, ...rest }: Options): ProcessContext {
  const files = Object.entries(jars).map(([path, content]) => [path, { content }] as const);
  const root = memoryRootFs([...parseFixture(text), ...files]);
  const read = elfReader(root);
  return {
    root,
    program: toAbsPath("/usr/bin/java"),
    realProgram: toAbsPath(`${home}/bin/java`),
    elf: undefined,
    args: [],
    env: {},
    workdir: toAbsPath("/app"),
    entries: [],
    appRoot: toAbsPath("/app"),
    stdlib: "safe",
    prune: "safe",
    bytecode: "keep",
    architecture: "amd64",
    readElf: (path) => read.readElf(path),
    findLibrary: async (soname) => {
      const path = toAbsPath(`/usr/lib/${soname}`);
      return (await root.lstat(path)) === undefined ? undefined : path;
    },
    findProgram: (name) => Promise.resolve(toAbsPath(`/usr/bin/${name}`)),
    ...rest,
  };
}

/** The files that the JVM asks for, in the order of their paths; `all` also prints those of the run-time itself. */
async function trace(options: Options, all = false): Promise<string> {
  const proc = processOf(options);
  const runtime = await java.start(proc);
  const lines = new Set<string>();
  const pending: Need[] = [];
  const seen = new Set<AbsPath>();
  const take = async (yields: AsyncIterable<Yield>): Promise<void> => {
    for await (const one of yields) {
      if ("finding" in one) lines.add(`${one.finding.severity} ${one.finding.code}: ${one.finding.message}`);
      else if ("unknown" in one) lines.add(`unknown ${one.unknown.what}: ${JSON.stringify(one.unknown.bound)}`);
      else await takeNeed(one.need);
    }
  };
  const takeNeed = async (need: Need): Promise<void> => {
    const isThere = (await resolveLinks(proc.root, need.path)) !== undefined;
    if (all || !need.path.startsWith(home))
      lines.add(`${need.path} ${need.role}${isThere ? "" : " ABSENT"}: ${need.why}`);
    if (need.role === "module" && !seen.has(need.path)) pending.push(need);
    seen.add(need.path);
  };
  await take(runtime.start());
  for (let next = pending.shift(); next !== undefined; next = pending.shift()) await take(runtime.needs(next.path));
  await take(runtime.settle());
  return [...lines].sort(compareBytes).join("\n");
}

const jar = (manifest: string, prefix = "") =>
  writeZip({ "META-INF/MANIFEST.MF": `Manifest-Version: 1.0\r\n${manifest}\r\n\r\n`, "a/Main.class": "x" }, prefix);

/** A class file with string literals, and the name of a method among its other texts. */
function classFile(literals: readonly string[], method: string, classes: readonly string[] = []): Uint8Array {
  const utf8 = (text: string): Buffer => {
    const head = Buffer.from([1, 0, 0]);
    head.writeUInt16BE(text.length, 1);
    return Buffer.concat([head, Buffer.from(text, "latin1")]);
  };
  // Literals stand behind their texts, whose numbers start with 4.
  const tags = [...literals.map((text) => [8, text] as const), ...classes.map((name) => [7, name] as const)];
  const constants = tags.flatMap(([tag, text], index) => [utf8(text), Buffer.from([tag, 0, 2 * index + 4])]);
  // A constant of eight bytes first, which takes two numbers.
  const head = Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65, 0, constants.length + 5]);
  return Buffer.concat([head, Buffer.from([5, 0, 0, 0, 0, 0, 0, 0, 1]), utf8(method), ...constants, Buffer.from([99])]);
}

const withTools = `${debian}
//- /bin/sh 0755 elf=x86_64
//- /usr/bin/date 0755 elf=x86_64
//- /usr/bin/convert 0755 elf=x86_64
//- /usr/bin/perl 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/tar 0755 elf=x86_64
`;

const starting = "java/lang/ProcessBuilder";
const toolNamed = (root: string): Pick<ProcessContext, "findProgram"> => ({
  findProgram: (name) =>
    Promise.resolve(root.includes(`//- /usr/bin/${name} `) ? toAbsPath(`/usr/bin/${name}`) : undefined),
});

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

it("brings the data that classes name by absolute paths: those of the application directories as well", async () => {
  const root = `${debian}
//- /usr/share/words/de.txt
//- /usr/share/texts/a.txt
//- /etc/lib/settings
`;
  const main = classFile(["/usr/share/words/de.txt", "/usr/share/texts/\u0001.txt", "/usr/share/gone"], "println");
  const other = classFile(["/etc/lib/settings", "/usr/share/words"], "println");
  const jars = {
    "/app/app.jar": writeZip({
      "META-INF/MANIFEST.MF": "Main-Class: org.example.app.Main\r\n\r\n",
      "org/example/app/Main.class": main,
      "net/lib/Other.class": other,
    }),
  };
  expect(await trace({ root, args: ["-jar", "app.jar"], jars })).toMatchInlineSnapshot(`
    "/app/app.jar module: runs the jar of its arguments
    /etc/lib/settings file: names /etc/lib/settings
    /usr/share/words/de.txt file: names /usr/share/words/de.txt
    unknown the directory /usr/share/texts: {"kind":"directory","path":"/usr/share/texts"}"
  `);
  const classes = { "/app/a/Main.class": main };
  expect(await trace({ root, args: ["-cp", ".", "a.Main"], jars: classes })).toContain("/usr/share/words/de.txt file");
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

it("leaves out at reachable what only desktops and debuggers load, unless the command speaks of it", async () => {
  const reachable = await trace({ stdlib: "reachable" }, true);
  expect(reachable).not.toMatch(/libawt|libjdwp/u);
  expect(await trace({ stdlib: "reachable", args: ["-Djava.awt.headless=true", "Main"] }, true)).toContain("libawt.so");
  const args = ["-agentlib:jdwp=transport=dt_socket", "Main"];
  expect(await trace({ stdlib: "reachable", args }, true)).toContain("libjdwp.so");
  const drawing = writeZip({ "a/Draws.class": "java/awt/image/BufferedImage" });
  const jars = { "/app/app.jar": drawing };
  expect(await trace({ stdlib: "reachable", args: ["-cp", "app.jar", "a.Draws"], jars }, true)).toContain("libawt.so");
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

it("starts the only jar that names its main class", async () => {
  const lib = jar("");
  const app = jar("Main-Class: a.Main");
  const argsOf = (jars: Options["jars"]) => java.defaultArgs?.(processOf(jars === undefined ? {} : { jars }));
  expect(await argsOf({ "/app/app.jar": app, "/app/lib.jar": lib })).toEqual(["-jar", "app.jar"]);
  expect(await argsOf({ "/app/target/app.jar": app })).toEqual(["-jar", "target/app.jar"]);
  expect(await argsOf({ "/app/a.jar": app, "/app/b.jar": app })).toEqual([]);
  expect(await argsOf({})).toEqual([]);
});

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

it("takes whole installations that properties name, also what links in them lead to, and opens their jars", async () => {
  const root = `${debian}
//- /usr/share/tomcat/bin/catalina.sh 0755
//- /usr/share/tomcat/lib/api.jar -> ../../java/api.jar
//- /usr/share/tomcat/lib/gone.jar -> ../../java/gone.jar
//- /usr/share/tomcat/conf -> /etc/tomcat
//- /usr/share/tomcat/everything -> /usr/share
//- /etc/tomcat/server.xml
//- /srv/base/conf/web.xml
`;
  const jars = { "/usr/share/java/api.jar": jar("Class-Path: other.jar"), "/usr/share/java/other.jar": jar("") };
  const args = [
    "-Dcatalina.home=/usr/share/tomcat",
    "-Dcatalina.base=/srv/base",
    "-Djava.home=/srv/jre",
    "-Dwide.base=/usr/share",
    "-Dgone.home=/srv/gone",
    "a.Main",
  ];
  expect(await trace({ root, jars, args })).toMatchInlineSnapshot(`
    "/app/a/Main.class file ABSENT: runs the class of its arguments
    /srv/base tree: is installed there by -Dcatalina.base
    /usr/share/tomcat tree: is installed there by -Dcatalina.home
    /usr/share/tomcat/conf tree: is installed there by -Dcatalina.home
    /usr/share/tomcat/lib/api.jar module: is installed there by -Dcatalina.home
    /usr/share/tomcat/lib/gone.jar module ABSENT: is installed there by -Dcatalina.home"
  `);
});

it("finds the installation of a launcher around its jar", async () => {
  const jars = {
    "/opt/jetty/start.jar": jar("Main-Class: org.eclipse.jetty.start.Main"),
    "/opt/jetty/lib/http.jar": jar(""),
    "/usr/share/java/start.jar": jar("Main-Class: org.eclipse.jetty.start.Main"),
    "/opt/other/app.jar": jar("Main-Class: a.Main"),
  };
  expect(await trace({ jars, args: ["-jar", "/opt/jetty/start.jar"] })).toMatchInlineSnapshot(`
    "/opt/jetty tree: is installed there by the place of its jar
    /opt/jetty/lib/http.jar module: is installed there by the place of its jar
    /opt/jetty/start.jar module: is installed there by the place of its jar
    /opt/jetty/start.jar module: runs the jar of its arguments"
  `);
  expect(await trace({ jars, args: ["-jar", "/usr/share/java/start.jar"] })).toMatchInlineSnapshot(
    `"/usr/share/java/start.jar module: runs the jar of its arguments"`,
  );
  expect(await trace({ jars, args: ["-jar", "/opt/other/app.jar"] })).toMatchInlineSnapshot(
    `"/opt/other/app.jar module: runs the jar of its arguments"`,
  );
});

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

it("reads class files that end anywhere", () => {
  const whole = classFile(["a", "b"], "m");
  expect(stringLiterals(whole)).toEqual(["a", "b"]);
  for (let length = 0; length < whole.length; length++) {
    expect(stringLiterals(whole.subarray(0, length)).length).toBeLessThanOrEqual(2);
  }
});
