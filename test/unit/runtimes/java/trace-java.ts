import type { Need, ProcessContext, Yield } from "../../../../src/closure/model/closure.ts";
import { elfReader } from "../../../../src/loader/read-elf.ts";
import { resolveLinks } from "../../../../src/rootfs/links.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { type AbsPath, compareBytes, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { java } from "../../../../src/runtimes/java/java.ts";
import { parseFixture } from "../../../support/fixture.ts";

/** Where the run-time is. */
export const home = "/usr/lib/jvm/java-21";

/** A run-time of Java, as Debian has it. */
export const debian: string = `
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

/** A process of Java, with what is not as usual. */
export type Options = Partial<
  Pick<ProcessContext, "args" | "elf" | "env" | "findProgram" | "stdlib" | "systemPackage">
> & {
  readonly root?: string;
  readonly jars?: Readonly<Record<string, Uint8Array>>;
};

/** The process that the options describe. */
export function processOf({ root: text = debian, jars = {}, ...rest }: Options): ProcessContext {
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
export async function trace(options: Options, all = false): Promise<string> {
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

/** A class file with string literals, and the name of a method among its other texts. */
export function classFile(literals: readonly string[], method: string, classes: readonly string[] = []): Uint8Array {
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

/** The same with programs that classes start. */
export const withTools: string = `${debian}
//- /bin/sh 0755 elf=x86_64
//- /usr/bin/date 0755 elf=x86_64
//- /usr/bin/convert 0755 elf=x86_64
//- /usr/bin/perl 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/tar 0755 elf=x86_64
`;

/** Finds programs on the PATH of a root. */
export const toolNamed = (root: string): Pick<ProcessContext, "findProgram"> => ({
  findProgram: (name) =>
    Promise.resolve(root.includes(`//- /usr/bin/${name} `) ? toAbsPath(`/usr/bin/${name}`) : undefined),
});
