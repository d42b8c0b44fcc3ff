import { isUntold } from "../../languages/untold-options.ts";

/** The files that a command line of java, and the variables that add to it, make the JVM read. */
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
  /** Names of the run-time's own libraries that are agents: `jdwp` of `-agentlib:jdwp=...`. */
  readonly agentNames: readonly string[];
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
  return new CommandReader(args).read();
}

class CommandReader {
  readonly #args: readonly string[];
  readonly #modulePaths: string[] = [];
  readonly #extraPaths: JavaCommand["extraPaths"][number][] = [];
  readonly #agents: string[] = [];
  readonly #nativeAgents: string[] = [];
  readonly #agentNames: string[] = [];
  readonly #files: JavaCommand["files"][number][] = [];
  readonly #properties = new Map<string, string>();
  #classPath: string | undefined;
  #isJar = false;
  #index = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  read(): JavaCommand {
    for (; this.#index < this.#args.length; this.#index++) {
      const word = this.#args[this.#index] ?? "";
      // Options that only the run tells: `java $JAVA_OPTS -jar app.jar`. No class has such a name.
      if (isUntold(word)) continue;
      if (!word.startsWith("-")) break;
      if (word === "-jar") {
        this.#isJar = true;
        continue;
      }
      // The module is what is started: the words after it are its own.
      if (word === "-m" || word === "--module" || word.startsWith("--module=")) return this.#finish([]);
      const { name, value } = this.#option(word);
      this.#takeValue(name, value);
      this.#takeWord(word);
    }
    return this.#finish(this.#args.slice(this.#index));
  }

  #option(word: string): { readonly name: string; readonly value: string | undefined } {
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    if (equals > 0) return { name: word.slice(0, equals), value: word.slice(equals + 1) };
    if (!valued.has(word)) return { name: word, value: undefined };
    this.#index += 1;
    return { name: word, value: this.#args[this.#index] };
  }

  #takeValue(name: string, value: string | undefined): void {
    if (value === undefined) return;
    if (name === "-cp" || name === "-classpath" || name === "--class-path") this.#classPath = value;
    if (name === "-p" || name === "--module-path" || name === "--upgrade-module-path") this.#modulePaths.push(value);
    if (name === "--patch-module") this.#takeExtraPaths(value.slice(value.indexOf("=") + 1), name);
  }

  #takeExtraPaths(list: string, option: string): void {
    for (const path of list.split(":")) this.#extraPaths.push({ path, option });
  }

  #takeWord(word: string): void {
    const [, kind = "", value = ""] =
      /^(-javaagent:|-agentpath:|-agentlib:|-Xrun|-Xbootclasspath\/a:|-D|-XX:)(.*)$/su.exec(word) ?? [];
    if (kind === "-javaagent:") this.#agents.push(value.split("=")[0] ?? "");
    if (kind === "-agentpath:") this.#nativeAgents.push(value.split("=")[0] ?? "");
    if (kind === "-agentlib:" || kind === "-Xrun") this.#agentNames.push(/^\w+/u.exec(value)?.[0] ?? "");
    if (kind === "-Xbootclasspath/a:") this.#takeExtraPaths(value, "-Xbootclasspath/a");
    const [name = "", ...rest] = value.split("=");
    const text = rest.join("=");
    if (kind === "-D") this.#takeProperty(name, text);
    if (kind === "-XX:") this.#takeMachineOption(name, text);
  }

  #takeProperty(name: string, text: string): void {
    this.#properties.set(name, text);
    const path = text.replace(/^file:(?:\/\/)?(?=\/)/u, "");
    if (!fileProperties.has(name) || path === "" || /^=?[\w+.-]+:/u.test(path)) return;
    this.#files.push({ path: path.replace(/^=/u, ""), option: `-D${name}`, optional: true });
  }

  #takeMachineOption(name: string, text: string): void {
    if (name === "Flags" || name === "VMOptionsFile") {
      this.#files.push({ path: text, option: `-XX:${name}`, optional: false });
    }
    if (name !== "SharedArchiveFile") return;
    // Without its archives the JVM starts all the same, only slower.
    for (const path of text.split(":")) this.#files.push({ path, option: `-XX:${name}`, optional: true });
  }

  #finish(rest: readonly string[]): JavaCommand {
    const properties = this.#properties;
    const libraryPath = properties.get("java.library.path")?.split(":");
    return {
      classPath: this.#classPath ?? properties.get("java.class.path"),
      modulePaths: [...this.#modulePaths, properties.get("jdk.module.path") ?? ""].filter((path) => path !== ""),
      extraPaths: this.#extraPaths.filter(({ path }) => path !== ""),
      jar: this.#isJar ? rest[0] : undefined,
      mainClass: this.#isJar ? undefined : rest[0],
      agents: this.#agents.filter((path) => path !== ""),
      nativeAgents: this.#nativeAgents.filter((path) => path !== ""),
      agentNames: this.#agentNames.filter((name) => name !== ""),
      libraryPath: libraryPath?.filter((path) => path !== ""),
      files: this.#files.filter(({ path }) => path !== ""),
      properties,
    };
  }
}
