import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test.for([[["print"]], [[]]] as const)("the program refuses a command that it does not have: %j", ([args]) => {
  const program = fileURLToPath(new URL("../../../src/bin/resolver.ts", import.meta.url));
  const { status, stderr, stdout } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  expect({ status, stdout, stderr: stderr.replace("print", "") }).toEqual({
    status: 64,
    stdout: "",
    stderr:
      'cannot run the command "": not one of resolve, manifest, explain, diff, sbom, reasons, missing, packages, vex, report\n',
  });
});
