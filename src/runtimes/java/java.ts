import type { Interpreter, ProcessContext, Runtime } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { defaultJavaArgs } from "./default-args.ts";
import { findJavaHome } from "./home.ts";
import { createRuntime } from "./runtime.ts";
import { callJavaFunction } from "./runtime-interface-client.ts";

/** The launcher of OpenJDK and what is built from it: run-times, development kits, and what jlink makes. */
export const java: Interpreter = {
  name: "java",
  claims: ({ realPath, elf }) => baseName(realPath) === "java" && elf?.needed.includes("libjli.so") === true,
  start: startJava,
  defaultArgs: defaultJavaArgs,
  callFunction: callJavaFunction,
};

async function startJava(process: ProcessContext): Promise<Runtime> {
  const home = await findJavaHome(process);
  return home === undefined ? withoutMachine(process) : createRuntime(home, process);
}

function withoutMachine(process: ProcessContext): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "JAVA_RUNTIME_MISSING",
          path: process.program,
          message: `cannot find the Java virtual machine of ${process.program}: no lib/jvm.cfg and libjvm.so beside ${process.realProgram}`,
          hint: "install the whole run-time in the builder, such as default-jre-headless",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
