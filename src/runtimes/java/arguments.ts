/** What a command line of java, and the variables that add to it, make the JVM read. */
export interface JavaCommand {
  /** The value of `-cp`, as written; undefined when there is none. */
  readonly classPath: string | undefined;
  /** Values of `--module-path` and `--upgrade-module-path`, each a list. */
  readonly modulePaths: readonly string[];
  /** Jars and directories beside them: `-Xbootclasspath/a`, `--patch-module`. */
  readonly extraPaths: readonly { readonly path: string; readonly option: string }[];
  readonly jar: string | undefined;
  /** Name of the class that is started; undefined with a jar or a module. */
  readonly mainClass: string | undefined;
  /** Jars of `-javaagent`. */
  readonly agents: readonly string[];
  /** Libraries of `-agentpath`. */
  readonly nativeAgents: readonly string[];
  /** Directories of `-Djava.library.path`; undefined when it is not set. */
  readonly libraryPath: readonly string[] | undefined;
  /** Files that options name. */
  readonly files: readonly { readonly path: string; readonly option: string; readonly optional: boolean }[];
  readonly properties: ReadonlyMap<string, string>;
}

/** Options of the launcher whose value is the next word (java(1)); the long ones also take `=`. */
const valued: ReadonlySet<string> = new Set([
  "-cp",
  "-classpath",
  "--class-path",
  "-p",
  "--module-path",
  "--upgrade-module-path",
  "--add-modules",
  "--add-exports",
  "--add-opens",
  "--add-reads",
  "--limit-modules",
  "--patch-module",
  "--enable-native-access",
  "--source",
]);

/** Properties of the JDK and of the usual logging libraries that name a file. */
const fileProperties: ReadonlySet<string> = new Set([
  "com.sun.management.config.file",
  "java.security.auth.login.config",
  "java.security.krb5.conf",
  "java.security.policy",
  "java.security.properties",
  "java.util.logging.config.file",
  "javax.net.ssl.keyStore",
  "javax.net.ssl.trustStore",
  "log4j.configuration",
  "log4j.configurationFile",
  "log4j2.configurationFile",
  "logback.configurationFile",
]);

/** Reads options up to the first word that is none, which is the jar after `-jar`, else the main class. */
export function readJavaCommand(args: readonly string[]): JavaCommand {
  const modulePaths: string[] = [];
  const extraPaths: JavaCommand["extraPaths"][number][] = [];
  const agents: string[] = [];
  const nativeAgents: string[] = [];
  const files: JavaCommand["files"][number][] = [];
  const properties = new Map<string, string>();
  let classPath: string | undefined;
  let isJar = false;
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index] ?? "";
    if (!word.startsWith("-")) break;
    if (word === "-jar") {
      isJar = true;
      continue;
    }
    // The module is what is started: the words after it are its own.
    if (word === "-m" || word === "--module" || word.startsWith("--module=")) return finish([]);
    const { name, value } = optionAt(index);
    takeValue(name, value);
    takeWord(word);
  }
  return finish(args.slice(index));

  function optionAt(at: number): { readonly name: string; readonly value: string | undefined } {
    const word = args[at] ?? "";
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    if (equals > 0) return { name: word.slice(0, equals), value: word.slice(equals + 1) };
    if (!valued.has(word)) return { name: word, value: undefined };
    index = at + 1;
    return { name: word, value: args[at + 1] };
  }

  function takeValue(name: string, value: string | undefined): void {
    if (value === undefined) return;
    if (name === "-cp" || name === "-classpath" || name === "--class-path") classPath = value;
    if (name === "-p" || name === "--module-path" || name === "--upgrade-module-path") modulePaths.push(value);
    if (name !== "--patch-module") return;
    for (const path of value.slice(value.indexOf("=") + 1).split(":")) extraPaths.push({ path, option: name });
  }

  function takeWord(word: string): void {
    const [, kind = "", value = ""] = /^(-javaagent:|-agentpath:|-Xbootclasspath\/a:|-D|-XX:)(.*)$/su.exec(word) ?? [];
    if (kind === "-javaagent:") agents.push(value.split("=")[0] ?? "");
    if (kind === "-agentpath:") nativeAgents.push(value.split("=")[0] ?? "");
    if (kind === "-Xbootclasspath/a:") {
      for (const path of value.split(":")) extraPaths.push({ path, option: "-Xbootclasspath/a" });
    }
    const [name = "", ...rest] = value.split("=");
    const text = rest.join("=");
    if (kind === "-D") {
      properties.set(name, text);
      const path = text.replace(/^file:(?:\/\/)?(?=\/)/u, "");
      if (fileProperties.has(name) && path !== "" && !/^=?[\w+.-]+:/u.test(path)) {
        files.push({ path: path.replace(/^=/u, ""), option: `-D${name}`, optional: true });
      }
    }
    if (kind === "-XX:" && (name === "Flags" || name === "VMOptionsFile")) {
      files.push({ path: text, option: `-XX:${name}`, optional: false });
    }
    // Without its archives the JVM starts all the same, only slower.
    if (kind === "-XX:" && name === "SharedArchiveFile") {
      for (const path of text.split(":")) files.push({ path, option: `-XX:${name}`, optional: true });
    }
  }

  function finish(rest: readonly string[]): JavaCommand {
    const libraryPath = properties.get("java.library.path")?.split(":");
    return {
      classPath: classPath ?? properties.get("java.class.path"),
      modulePaths: [...modulePaths, ...[properties.get("jdk.module.path") ?? ""].filter((path) => path !== "")],
      extraPaths: extraPaths.filter(({ path }) => path !== ""),
      jar: isJar ? rest[0] : undefined,
      mainClass: isJar ? undefined : rest[0],
      agents: agents.filter((path) => path !== ""),
      nativeAgents: nativeAgents.filter((path) => path !== ""),
      libraryPath: libraryPath?.filter((path) => path !== ""),
      files: files.filter(({ path }) => path !== ""),
      properties,
    };
  }
}
