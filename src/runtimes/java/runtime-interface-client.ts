import type { Finding, FunctionCall, ProcessContext, RuntimeInterfaceClient } from "../../closure/model/closure.ts";
import { openJar } from "../../formats/zip/jar.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { type ClassPathElement, classPathElements, elementAt, isJarName } from "./class-path.ts";

interface KnownClient {
  /** The class that starts the client. */
  readonly mainClass: string;
  /** The Maven coordinates of what has it. */
  readonly artifact: string;
}

const clients: Readonly<Record<string, KnownClient>> = {
  "aws-lambda": {
    mainClass: "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
    artifact: "com.amazonaws:aws-lambda-java-runtime-interface-client",
  },
};

/** Where applications lie: the platform's own layout, then what Maven and Gradle make. */
const bases: readonly string[] = [".", "target", "build"];
/** Below a base: directories of classes and of resources, and directories of jars. */
const classFolders: readonly string[] = ["classes/java/main", "classes/kotlin/main", "resources/main", "classes"];
const jarFolders: readonly string[] = ["lib", "libs", "dependency", "dependencies"];

/** How Java starts a platform's client: a class path that holds it, and its main class. */
export async function callJavaFunction(
  proc: ProcessContext,
  call: FunctionCall,
): Promise<RuntimeInterfaceClient | undefined> {
  const runtimeInterfaceClient = clients[call.platform];
  if (runtimeInterfaceClient === undefined) return undefined;
  const variable = proc.env["CLASSPATH"] ?? "";
  const home = proc.appRoot ?? proc.workdir;
  const classPath = variable === "" ? await findClassPath(runtimeInterfaceClient, home, proc) : variable;
  if (classPath === undefined || !(await holds(classPath, runtimeInterfaceClient.mainClass, proc))) {
    return {
      args: [],
      entries: [],
      findings: [missingRuntimeInterfaceClient(runtimeInterfaceClient, variable === "" ? home : undefined)],
    };
  }
  const findings = await checkHandler(call.handler, classPath, proc);
  // A class path of the environment stands in the image's own.
  const options = variable === "" ? ["-cp", classPath] : [];
  return { args: [...options, runtimeInterfaceClient.mainClass], entries: [], findings };
}

function missingRuntimeInterfaceClient({ mainClass, artifact }: KnownClient, home: AbsPath | undefined): Finding {
  const location =
    home === undefined ? "nothing in CLASSPATH" : `no jar of ${home} or its lib, target and build folders`;
  return {
    severity: "error",
    code: "CLIENT_MISSING",
    message: `cannot start ${mainClass}, the platform's client for Java: ${location} holds it`,
    hint: `add ${artifact} to the application's dependencies, and put their jars into lib: mvn dependency:copy-dependencies -DoutputDirectory=lib`,
  };
}

/**
 * The class path of the first base that holds the client; a jar that holds it among its own classes is one by itself.
 */
async function findClassPath(
  runtimeInterfaceClient: KnownClient,
  home: AbsPath,
  proc: ProcessContext,
): Promise<string | undefined> {
  for (const name of bases) {
    const base = toAbsPath(name, home);
    const found = await pathsOf([...(name === "." ? [base] : []), ...within(base, classFolders)], proc, hasClasses);
    // Deeper paths are reported by a folder of their own.
    const folders = found.filter(
      (one) => one === base || !found.some((other) => other !== one && isWithin(other, one)),
    );
    const jars = await pathsOf([...within(base, jarFolders), ...(name === "." ? [base] : [])], proc, hasJars);
    const classPath = [...folders, ...jars.map((folder) => `${folder}/*`)].join(":");
    if (classPath !== "" && (await holds(classPath, runtimeInterfaceClient.mainClass, proc))) return classPath;
    for (const folder of [base, ...within(base, ["libs"])]) {
      for (const { path } of await classPathElements(`${folder}/*`, proc)) {
        if (await holds(path, runtimeInterfaceClient.mainClass, proc)) return path;
      }
    }
  }
  return undefined;
}

function within(base: AbsPath, names: readonly string[]): readonly AbsPath[] {
  return names.map((name) => toAbsPath(name, base));
}

async function pathsOf(
  folders: readonly AbsPath[],
  proc: ProcessContext,
  isWanted: (folder: AbsPath, proc: ProcessContext) => Promise<boolean>,
): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const folder of folders) if (await isWanted(folder, proc)) found.push(folder);
  return found;
}

async function hasJars(folder: AbsPath, { root }: ProcessContext): Promise<boolean> {
  return ((await root.readDirectory(folder)) ?? []).some(isJarName);
}

/** Folders that are parts of an application of their own, not packages of its classes. */
const apart = /\/(?:lib|target|build|src|classes|resources|node_modules)$/u;

/** Classes lie in folders called like their packages, or in the folder itself; resources are any files. */
async function hasClasses(folder: AbsPath, { root }: ProcessContext): Promise<boolean> {
  const isResources = folder.endsWith("/resources/main");
  for await (const { path, stat } of walk(root, folder, (inner) => inner === folder || !apart.test(inner))) {
    if (stat.kind === "file" && (isResources || path.endsWith(".class"))) return true;
  }
  return false;
}

/** True when a class path has a class, in a folder or in a jar. */
async function holds(classPath: string, name: string, proc: ProcessContext): Promise<boolean> {
  const file = `${name.replaceAll(".", "/")}.class`;
  for (const element of await classPathElements(classPath, proc)) if (await hasFile(element, file, proc)) return true;
  return false;
}

async function hasFile({ path, kind }: ClassPathElement, file: string, proc: ProcessContext): Promise<boolean> {
  // Anything that is a file counts as a jar, as in a class path.
  if (kind === "directory") return (await elementAt(toAbsPath(file, path), proc)).kind === "jar";
  return kind === "jar" && ((await openJar(proc.root, path))?.entries ?? []).some((entry) => entry.name === file);
}

/** `package.Class::method`, or `package.Class` of a class that implements one of the platform's interfaces. */
async function checkHandler(handler: string, classPath: string, proc: ProcessContext): Promise<readonly Finding[]> {
  const missing = (why: string, hint: string): readonly Finding[] => [
    { severity: "error", code: "HANDLER_MISSING", message: `cannot call ${handler}: ${why}`, hint },
  ];
  const [, name, method] = /^([^\s:]+)(?:::([^\s:]+))?$/u.exec(handler) ?? [];
  if (name === undefined) {
    return missing(
      "it does not name a class and a method of it",
      "write it as CLASS::METHOD, such as example.App::handleRequest",
    );
  }
  if (await holds(classPath, name, proc)) return [];
  const outer = name.slice(0, name.lastIndexOf("."));
  // The names that other languages write as FILE.FUNCTION.
  const isFunction = method === undefined && outer !== "" && (await holds(classPath, outer, proc));
  return missing(
    `there is no class ${name} on the class path (${classPath})`,
    isFunction ? `write ${outer}::${name.slice(outer.length + 1)}` : "correct handler, or compile the class before",
  );
}
