import type { ProcessContext } from "../../src/closure/model/closure.ts";
import type { LoaderProcess } from "../../src/closure/model/loader.ts";
import { openProcess } from "../../src/loader/process.ts";
import { elfReader } from "../../src/loader/read-elf.ts";
import { allRules } from "../../src/resolver/plugins.ts";
import { type AbsPath, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "./fixture.ts";

const glibc = `
//- /lib -> usr/lib
//- /lib64/ld-linux-x86-64.so.2 elf=x86_64 soname=ld-linux-x86-64.so.2
ld.so (GNU) stable release version 2.41.
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6 defines=GLIBC_2.34
/usr/lib/gconv
//- /usr/lib/libgcc_s.so.1 elf=x86_64 soname=libgcc_s.so.1
`;

/** A started process of a fixture that has the C library already. */
export async function openFixture(
  text: string,
  nameServices: readonly string[] = ["files", "dns"],
  name = "/bin/main",
): Promise<{ readonly proc: ProcessContext; readonly loader: LoaderProcess }> {
  const root = fixtureRoot(glibc + text);
  const reader = elfReader(root);
  const program = toAbsPath(name);
  const readElf = (path: AbsPath) => reader.readElf(path);
  const env = {};
  const loader = openProcess({ root, program, env, workdir: toAbsPath("/"), readElf });
  await loader.startUp();
  const proc: ProcessContext = {
    root,
    program,
    realProgram: program,
    elf: await readElf(program),
    args: [],
    env,
    workdir: toAbsPath("/"),
    entries: [],
    appRoot: undefined,
    stdlib: "safe",
    prune: "safe",
    bytecode: "keep",
    architecture: "amd64",
    nameServices,
    readElf,
    findLibrary: (soname, requester) => loader.find(soname, requester),
    findProgram: () => Promise.resolve(undefined),
  };
  return { proc, loader };
}

/** The needs that the rules yield for every object of a process. */
export async function applyRules(text: string, nameServices?: readonly string[], program?: string): Promise<string> {
  const { proc, loader } = await openFixture(text, nameServices, program);
  const lines: string[] = [];
  for (const path of loader.loaded()) {
    const elf = await proc.readElf(path);
    if (elf === undefined) continue;
    for (const rule of allRules.filter((rule) => rule.applies({ path, elf }))) {
      for await (const step of rule.needs({ path, elf }, proc)) {
        if ("finding" in step) {
          lines.push(`${rule.name}: ${step.finding.code}: ${step.finding.message}`);
          continue;
        }
        if ("unknown" in step) {
          lines.push(`${rule.name}: unknown ${step.unknown.what}: ${JSON.stringify(step.unknown.bound)}`);
          continue;
        }
        const { need } = step;
        const optional = need.optional === true ? ", optional" : "";
        lines.push(`${rule.name}: ${need.path} (${need.role}, ${need.evidence}${optional}): ${path} ${need.why}`);
      }
    }
  }
  return lines.join("\n");
}
