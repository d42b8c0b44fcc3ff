import type { SpecValue } from "../../spec/flow-text.ts";
import { cachedStep } from "../cached-step.ts";
import { type Detector, type Evidence, evidenceAt, type Found, isCandidate, type SpecKey } from "../candidate.ts";
import type { Project } from "../project.ts";

const releases = [25, 21, 17, 11, 8];

/** Applications of Java and Kotlin that Maven or Gradle builds. */
export const java: Detector = {
  looksFor: ["pom.xml", "build.gradle", "build.gradle.kts", "*.java"],
  async find(project): Promise<readonly Found[]> {
    const pom = await project.text("pom.xml");
    if (pom !== "") return [await fromModules(project, pom)];
    const settings = `${await project.text("settings.gradle")}\n${await project.text("settings.gradle.kts")}`;
    const included = [...settings.matchAll(/\binclude\b[^\n]*/gu)].flatMap(([line]) =>
      [...line.matchAll(/["']:?(?<name>[\w.:-]+)["']/gu)].map(
        ({ groups }) => groups?.["name"]?.replaceAll(":", "/") ?? "",
      ),
    );
    const found: Found[] = [];
    for (const module of ["", ...included]) {
      for (const name of ["build.gradle", "build.gradle.kts"]) {
        const file = module === "" ? name : `${module}/${name}`;
        const text = await project.text(file);
        if (text !== "") found.push(await fromGradle(project, { file, text, module }));
      }
    }
    if (found.length > 0) return [chooseModule(found)];
    return fromSources(project);
  },
};

/** The only program among the modules of a build; otherwise why there is none. */
function chooseModule(found: readonly Found[]): Found {
  const programs = found.filter(isCandidate);
  const [first] = found;
  if (first === undefined || programs.length === 1) return programs[0] ?? { ...noModule, evidence: [] };
  if (programs.length === 0) return found.find((one) => !isCandidate(one)) ?? first;
  const files = programs.map(({ evidence }) => evidence[0]?.file ?? "");
  return { ...noModule, evidence: first.evidence, reason: `it has the programs ${files.join(", ")}` };
}

const noModule = {
  name: "Java",
  confidence: 85,
  reason: "no module is a program",
  hint: "write a spec that builds one module, and names its jar",
};

/** A project of Maven, or the module of one that is a program. */
async function fromModules(project: Project, pom: string): Promise<Found> {
  const modules = [...pom.matchAll(/<module>\s*(?<name>[\w./-]+?)\s*<\/module>/gu)].map(
    ({ groups }) => groups?.["name"] ?? "",
  );
  if (modules.length === 0) return fromMaven(project, { pom, module: "" });
  const found: Found[] = [];
  for (const module of modules) {
    const text = await project.text(`${module}/pom.xml`);
    if (text !== "") found.push(await fromMaven(project, { pom: text, module, parent: pom }));
  }
  return found.length === 0 ? fromMaven(project, { pom, module: "" }) : chooseModule(found);
}

/** Sources without a build file: the class with the only main method. */
async function fromSources(project: Project): Promise<readonly Found[]> {
  const sources = project.files.filter((path) => /^(?:src\/)?[^/]+\.java$/u.test(path));
  const mains: string[] = [];
  for (const path of sources) if (isMain(path, await project.text(path))) mains.push(path);
  const [file, ...others] = mains;
  if (file === undefined || others.length > 0) return [];
  const name = classOf(file, await project.text(file));
  const folder = file.startsWith("src/") ? "src/" : "";
  const built = {
    from: "eclipse-temurin:21",
    release: 21,
    because: "no release of Java is asked for",
    steps: [`mkdir -p /out && javac -d /out ${folder}*.java`],
    cmd: ["-cp", ".", name],
    cmdBecause: `${file} has the main method`,
    port: await findPort(project, file),
  };
  const evidence = [{ file, fact: "the only main method" }];
  return [{ name: "Java", confidence: 60, evidence, keys: builtKeys(project, built) }];
}

/** The oldest release with long support that has what is asked for. */
function releaseFor(asked: number | undefined): number {
  if (asked === undefined) return 21;
  return releases.toReversed().find((release) => release >= Math.max(asked, 17)) ?? asked;
}

interface Built {
  readonly from: string;
  readonly release: number;
  readonly because: string;
  readonly steps: readonly SpecValue[];
  readonly cmd: readonly string[];
  readonly cmdBecause: string;
  readonly port?: number | undefined;
}

const runtime = "/opt/jre";

/** All modules of OpenJDK 17 to 25 but those of tools: an application may compile, be attached to and be debugged. */
const modules =
  "java.se,java.smartcardio,jdk.accessibility,jdk.attach,jdk.charsets,jdk.compiler,jdk.crypto.cryptoki,jdk.crypto.ec," +
  "jdk.dynalink,jdk.httpserver,jdk.jdwp.agent,jdk.jfr,jdk.localedata,jdk.management.agent,jdk.management.jfr," +
  "jdk.naming.dns,jdk.naming.rmi,jdk.net,jdk.nio.mapmode,jdk.sctp,jdk.security.auth,jdk.security.jgss," +
  "jdk.unsupported.desktop,jdk.xml.dom,jdk.zipfs";

/** Steps that make a runtime with the image's own authorities, and the archive that it starts faster with. */
function linkRuntime(release: number): readonly string[] {
  const compress = release < 21 ? "2" : "zip-6";
  return [
    `jlink --add-modules ${modules} --compress ${compress} --no-man-pages --no-header-files --output ${runtime}`,
    `cp -L $JAVA_HOME/lib/security/cacerts ${runtime}/lib/security/ && ${runtime}/bin/java -Xshare:dump`,
  ];
}

function builtKeys(
  project: Project,
  { from, release, because, steps, cmd, cmdBecause, port }: Built,
): readonly SpecKey[] {
  const all = {
    copy: { src: [project.inContext(".")], dest: "/src/", exclude: ["**/.git", "target", "build", ".gradle"] },
  };
  return [
    {
      key: "builders",
      value: { main: { from, workdir: "/src", build: [...linkRuntime(release), all, ...steps] } },
      because,
    },
    { key: "interpreter", value: `${runtime}/bin/java`, because: "Java without the tools of developers" },
    { key: "app", value: { from: "main", src: "/out" } },
    { key: "cmd", value: cmd, because: cmdBecause },
    ...(port === undefined ? [] : [{ key: "ports", value: [port] }]),
  ];
}

interface Module {
  /** Its directory below the root of the build; empty: the root itself. */
  readonly module: string;
}

interface MavenModule extends Module {
  readonly pom: string;
  /** The text of the root's pom.xml, which a module inherits from. */
  readonly parent?: string;
}

const javaRelease = /<(?:java\.version|maven\.compiler\.(?:release|source|target)|release)>\s*(?:1\.)?(?<release>\d+)/u;

async function fromMaven(project: Project, { pom, module, parent = "" }: MavenModule): Promise<Found> {
  const below = module === "" ? "" : `${module}/`;
  // What other projects are named in it, as the parent and plugins, is not the project's own.
  const own = pom.replaceAll(/<(parent|dependencies|build|dependencyManagement|profiles)>[^]*?<\/\1>/gu, "");
  const artifact = /<artifactId>\s*(?<name>[\w.-]+)\s*</u.exec(own)?.groups?.["name"] ?? "app";
  const asked = (javaRelease.exec(pom) ?? javaRelease.exec(parent))?.groups?.["release"];
  const isSpring = pom.includes("spring-boot-maven-plugin");
  const isQuarkus = pom.includes("quarkus-maven-plugin");
  const isShaded = /maven-shade-plugin|maven-assembly-plugin/u.test(pom);
  const mainClass =
    /<(?:mainClass|exec\.mainClass|main\.class|start-class)>\s*(?<name>[\w.$]+)/u.exec(pom)?.groups?.["name"] ??
    (await findMainClass(project, below));
  const name = isSpring ? "Spring Boot" : isQuarkus ? "Quarkus" : "Java";
  const evidence = [
    evidenceAt(`${below}pom.xml`, `the project ${artifact} of Maven`, { text: pom, shows: `<artifactId>${artifact}` }),
  ];
  const common = { name, confidence: 85, evidence };
  if (/<packaging>\s*(?:war|ear)\b/u.test(pom) && !isSpring) {
    return {
      ...common,
      reason: "it is packaged as war, which takes an application server",
      hint: "package it as jar, or write a spec with the server",
    };
  }
  if (/<packaging>\s*pom\b/u.test(own) || (!isSpring && !isQuarkus && mainClass === undefined)) {
    const reason = "no mainClass is named, and no source has a main method";
    return { ...common, reason, hint: "name mainClass in pom.xml, or write a spec with build steps" };
  }
  const program = project.has("mvnw") ? "sh ./mvnw" : "mvn";
  // The modules that it takes are built with it.
  const chosen = module === "" ? "" : ` -pl ${module} -am`;
  const package_ = cachedStep(`${program} --batch-mode -DskipTests${chosen} package`, ["/root/.m2"], artifact);
  const release = releaseFor(asked === undefined ? undefined : Number(asked));
  const built = {
    from: `maven:3-eclipse-temurin-${String(release)}`,
    release,
    because: asked === undefined ? "no release of Java is asked for" : `pom.xml asks for Java ${asked}`,
  };
  const port = isSpring || isQuarkus ? 8080 : await findPort(project, sourceOf(project, below, mainClass));
  const jars = `mkdir -p /out && for jar in ${below}target/*.jar; do case $jar in *-sources.jar|*-javadoc.jar|*/original-*) ;; *) cp "$jar" /out/app.jar ;; esac; done`;
  if (isQuarkus) {
    const steps = [package_, `cp -r ${below}target/quarkus-app /out`];
    return {
      ...common,
      keys: builtKeys(project, {
        ...built,
        steps,
        cmd: ["-jar", "quarkus-run.jar"],
        cmdBecause: "where Quarkus writes its start",
        port,
      }),
    };
  }
  if (isSpring || isShaded) {
    const cmdBecause = isSpring ? "the jar of Spring Boot has its libraries" : "the jar has its libraries";
    const cmd = isSpring || mainClass === undefined ? ["-jar", "app.jar"] : ["-cp", "app.jar", mainClass];
    return { ...common, keys: builtKeys(project, { ...built, steps: [package_, jars], cmd, cmdBecause, port }) };
  }
  const hasDependencies = /<dependencies>/u.test(pom.replaceAll(/<(build|dependencyManagement)>[^]*?<\/\1>/gu, ""));
  const libraries = cachedStep(
    `${program} --batch-mode${module === "" ? "" : ` -DskipTests${chosen} package`} dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/out/lib`,
    ["/root/.m2"],
    artifact,
  );
  const steps = [package_, jars, ...(hasDependencies ? [libraries] : [])];
  const cmd = ["-cp", hasDependencies ? "app.jar:lib/*" : "app.jar", mainClass ?? ""];
  return {
    ...common,
    keys: builtKeys(project, { ...built, steps, cmd, cmdBecause: `${mainClass ?? ""} has the main method`, port }),
  };
}

async function fromGradle(
  project: Project,
  { file, text, module }: Module & { readonly file: string; readonly text: string },
): Promise<Found> {
  const below = module === "" ? "" : `${module}/`;
  const task = module === "" ? "" : `:${module.replaceAll("/", ":")}:`;
  const isSpring = text.includes("org.springframework.boot");
  const named = /\bmain(?:Class|ClassName)\b\s*(?:=|\.set\()\s*["'](?<name>[\w.$]+)["']/u.exec(text)?.groups?.["name"];
  const mainClass = named ?? (await findMainClass(project, below));
  const settings = `${await project.text("settings.gradle")}\n${await project.text("settings.gradle.kts")}`;
  const root = /rootProject\.name\s*=\s*["'](?<name>[\w.-]+)["']/u.exec(settings)?.groups?.["name"];
  const asked =
    /(?:JavaLanguageVersion\.of\(|jvmToolchain\(|JavaVersion\.VERSION_|sourceCompatibility\s*=\s*["']?)(?<release>\d+)/u.exec(
      text,
    )?.groups?.["release"];
  const evidence: readonly Evidence[] = [{ file, fact: `the project ${root ?? "root"} of Gradle` }];
  const name = isSpring ? "Spring Boot" : /\bkotlin\b/u.test(text) ? "Kotlin" : "Java";
  const common = { name, confidence: 85, evidence };
  const program = project.has("gradlew") ? "sh ./gradlew" : "gradle";
  const release = releaseFor(asked === undefined ? undefined : Number(asked));
  const built = {
    from: `gradle:jdk${String(release)}`,
    release,
    because: asked === undefined ? "no release of Java is asked for" : `${file} asks for Java ${asked}`,
  };
  if (isSpring) {
    const steps = [
      cachedStep(`${program} --no-daemon ${task}bootJar`, ["/root/.gradle"], root ?? ""),
      `mkdir -p /out && cp ${below}build/libs/*.jar /out/app.jar`,
    ];
    return {
      ...common,
      keys: builtKeys(project, {
        ...built,
        steps,
        cmd: ["-jar", "app.jar"],
        cmdBecause: "the jar of Spring Boot has its libraries",
        port: 8080,
      }),
    };
  }
  const isApplication = /\bapplication\b/u.test(text) && mainClass !== undefined;
  if (!isApplication || mainClass === undefined) {
    const reason =
      mainClass === undefined
        ? "no mainClass is named, and no source has a main method"
        : "the plug-in application is not used";
    return { ...common, reason, hint: "apply the plug-in application and name mainClass" };
  }
  const steps = [
    cachedStep(`${program} --no-daemon ${task}installDist`, ["/root/.gradle"], root ?? ""),
    `mkdir -p /out && cp -r ${below}build/install/*/lib /out/lib`,
  ];
  return {
    ...common,
    keys: builtKeys(project, {
      ...built,
      steps,
      cmd: ["-cp", "lib/*", mainClass],
      cmdBecause: `${file} names the class ${mainClass}`,
      port: await findPort(project, sourceOf(project, below, mainClass)),
    }),
  };
}

/** The port that the class with the main method names as it listens. */
async function findPort(project: Project, file: string | undefined): Promise<number | undefined> {
  const text = file === undefined ? "" : await project.text(file);
  const named =
    /\b(?:new (?:Server|ServerSocket|InetSocketAddress|HttpServer)|InetSocketAddress|listen|start|port|setPort|embeddedServer\(\w+, port =)\s*\(?\s*(?:["'][\w.]+["'],\s*)?(?<port>\d{2,5})\b/u;
  // `getOrDefault("PORT", "8000")`, and the number that follows a look for the variable.
  const usual = /\(\s*"PORT"[^]{0,160}?\b(?<port>\d{4,5})\b/u;
  const port = Number((named.exec(text) ?? usual.exec(text))?.groups?.["port"] ?? 0);
  return port > 0 && port < 65_536 ? port : undefined;
}

/** The source of a class. */
function sourceOf(project: Project, below: string, mainClass: string | undefined): string | undefined {
  const base = mainClass?.replaceAll(".", "/").replace(/Kt$/u, "");
  const isSource = (path: string): boolean =>
    base !== undefined && (path.endsWith(`/${base}.java`) || path.endsWith(`/${base}.kt`));
  return project.files.find((path) => path.startsWith(below) && isSource(path));
}

/** The only class with a main method in a directory; of Kotlin, the class of the file. */
async function findMainClass(project: Project, below: string): Promise<string | undefined> {
  const found: string[] = [];
  const sources = project.files.filter((path) => /^src\/main\/.*\.(?:java|kt)$/u.test(path.slice(below.length)));
  for (const path of sources.filter((one) => one.startsWith(below)).slice(0, 400)) {
    const text = await project.text(path);
    if (isMain(path, text)) found.push(classOf(path, text));
  }
  return found.length === 1 ? found[0] : undefined;
}

function isMain(path: string, text: string): boolean {
  return path.endsWith(".kt")
    ? /^(?:suspend )?fun main\(/mu.test(text)
    : /\bstatic\s+(?:final\s+)?void\s+main\s*\(/u.test(text);
}

function classOf(path: string, text: string): string {
  const package_ = /^[ \t]*package\s+(?<name>[\w.]+)/mu.exec(text)?.groups?.["name"];
  const base = path.slice(path.lastIndexOf("/") + 1).replace(/\.(?:java|kt)$/u, "");
  const name = path.endsWith(".kt") ? `${base}Kt` : base;
  return package_ === undefined ? name : `${package_}.${name}`;
}
