import { expect, test } from "vitest";
import { findDenied } from "../../../../src/inspect/explain/denied-paths.ts";
import { parseObservations } from "../../../../src/inspect/explain/observed.ts";

const seen = parseObservations(
  Buffer.from(
    [
      "denied\t/bin/x\t/proc/1/mem",
      "denied\t/bin/x\t/app/__pycache__",
      "opened\t/bin/x\t/etc/x.conf",
      "denied\t/bin/x\t/var/log/x.log",
      "denied\t/bin/y\t/run/x.pid",
    ]
      .map((record) => `${record}\0`)
      .join(""),
  ),
);
const pathsFor = (output: string): readonly string[] => findDenied(seen, output).map(({ path }) => path);

test("what the output names is told alone", () => {
  expect(pathsFor("cannot write '/var/log/x.log': Permission denied")).toEqual(["/var/log/x.log"]);
});

test("an output that speaks of a refusal without a path gets all, the last first", () => {
  expect(pathsFor("[Errno 13] Permission denied")).toEqual(["/run/x.pid", "/var/log/x.log", "/app/__pycache__"]);
});

test("a program that fails for another reason was denied nothing that counts", () => {
  expect(pathsFor("cannot reach the database")).toEqual([]);
});
