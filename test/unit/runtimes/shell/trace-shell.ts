import type { ProcessContext, Yield } from "../../../../src/closure/model/closure.ts";
import { type RootFs, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { startShell } from "../../../../src/runtimes/shell/runtime.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const tools = ["cat", "chown", "find", "gosu", "id", "mkdir", "nginx", "redis-server", "sed", "sh", "tar"];
/** Programs and files of the builder. */
export const builder: string = `${tools.map((name) => `//- /usr/bin/${name} 0755\n`).join("")}
//- /opt/bin/tool 0755
//- /etc/app.conf.in
//- /etc/profile
//- /var/lib/app/
`;

/** The needs of a script, a line each: the role, the path, the arguments of a program, why; and its findings. */
export async function trace(
  script: string,
  options: { script?: string; args?: readonly string[]; env?: Record<string, string>; more?: string } = {},
): Promise<string> {
  return traceIn(fixtureRoot(`${builder}${options.more ?? ""}\n//- /entrypoint.sh 0755\n${script}\n`), options);
}

/** The same for a tree that has the script as `/entrypoint.sh`. */
export async function traceIn(
  root: RootFs,
  options: {
    script?: string;
    args?: readonly string[];
    env?: Record<string, string>;
    more?: string;
    reads?: string;
    prune?: ProcessContext["prune"];
  } = {},
): Promise<string> {
  const proc: ProcessContext = {
    root,
    program: toAbsPath("/bin/sh"),
    realProgram: toAbsPath("/usr/bin/dash"),
    elf: undefined,
    args: [options.script ?? "/entrypoint.sh", ...(options.args ?? [])],
    env: options.env ?? {},
    workdir: toAbsPath("/"),
    entries: [],
    appRoot: undefined,
    stdlib: "safe",
    prune: options.prune ?? "safe",
    bytecode: "keep",
    architecture: "amd64",
    readElf: () => Promise.resolve(undefined),
    findLibrary: () => Promise.resolve(undefined),
    findProgram: async (name, directories = []) => {
      if (name.includes("/")) return toAbsPath(name);
      for (const directory of [...directories, toAbsPath("/usr/bin")]) {
        const path = toAbsPath(name, directory);
        if ((await root.lstat(path)) !== undefined) return path;
      }
      return undefined;
    },
  };
  const runtime = await startShell(proc);
  const lines: string[] = [];
  const take = async (yields: AsyncIterable<Yield>): Promise<void> => {
    for await (const one of yields) {
      if ("finding" in one) lines.push(`${one.finding.severity} ${one.finding.code}: ${one.finding.message}`);
      else if ("unknown" in one) {
        lines.push(`unknown ${one.unknown.what} (line ${one.unknown.line ?? 0}): ${JSON.stringify(one.unknown.bound)}`);
      } else {
        const { role, path, args, workdir, why } = one.need;
        const place = workdir === undefined ? "" : ` in ${workdir}`;
        lines.push(`${role} ${path}${args === undefined ? "" : ` [${args.join(", ")}]`}${place}: ${why}`);
      }
    }
  };
  if (options.script !== undefined) await take(runtime.start());
  await take(runtime.needs(toAbsPath(options.reads ?? "/entrypoint.sh")));
  if (options.more !== undefined) await take(runtime.needs(toAbsPath("/opt/app/lib.sh")));
  return [...new Set(lines)].join("\n");
}
