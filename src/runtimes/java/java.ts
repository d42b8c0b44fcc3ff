import type { ProcessContext, Runtime, RuntimePlugin } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { defaultJavaArgs } from "./default-args.ts";
import { findJavaHome } from "./home.ts";
import { createRuntime } from "./runtime.ts";
import { callJavaFunction } from "./runtime-interface-client.ts";

/** The launcher of OpenJDK and what is built from it: run-times, development kits, and what jlink makes. */
export const java: RuntimePlugin = {
  name: "java",
  systemDirectories: /^\/usr\/(?:lib\/jvm|share\/java)\//u,
  archives: /\.jar$/u,
  claims: ({ realPath, elf }) => baseName(realPath) === "java" && elf?.needed.includes("libjli.so") === true,
  start: startJava,
  defaultArgs: defaultJavaArgs,
  callFunction: callJavaFunction,
};

async function startJava(proc: ProcessContext): Promise<Runtime> {
  const home = await findJavaHome(proc);
  return home === undefined ? withoutMachine(proc) : createRuntime(home, proc);
}

function withoutMachine(proc: ProcessContext): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "JAVA_RUNTIME_MISSING",
          path: proc.program,
          message: `cannot find the Java virtual machine of ${proc.program}: no lib/jvm.cfg and libjvm.so beside ${proc.realProgram}`,
          hint: "install the whole run-time in the builder, such as default-jre-headless",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
