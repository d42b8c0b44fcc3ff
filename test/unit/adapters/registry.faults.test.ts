import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { promiseTable } from "../../bench/registry-promises.ts";
import { readFaults } from "../../bench/registry-results.ts";
import { drivePith } from "../../support/registry/drive-pith.ts";
import type { RegistryFault } from "../../support/registry/faults.ts";
import { pullFaults } from "../../support/registry/pull-faults.ts";
import { pushFaults } from "../../support/registry/push-faults.ts";
import { runFault } from "../../support/registry/run-fault.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-faults-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Where nothing else can end it, patience does; elsewhere it is longer than any machine is slow. */
const limitsOf = ({ isSlow }: RegistryFault) =>
  isSlow === true ? { silenceMilliseconds: 300, commitMilliseconds: 300 } : {};

it.each([...pullFaults, ...pushFaults])("$side: $name: $expected", async (fault) => {
  const own = fs.mkdtempSync(path.join(folder, "case-"));
  const { problem, said } = await runFault(fault, own, (task) => drivePith(task, { limits: limitsOf(fault) }));
  expect({ problem, said: fault.says?.test(said) === false ? said : "as it should" }).toEqual({
    problem: undefined,
    said: "as it should",
  });
});

it("each fault tries a promise, and has results", () => {
  const faults = [...pullFaults, ...pushFaults];
  const rows = promiseTable(
    ["Pith"],
    faults.map(({ name }) => ({ name, isFine: [true] })),
  );
  expect(rows.split("\n").filter((row) => /^\| R\d/u.test(row))).toEqual([]);
  const measured = new Set(readFaults().faults.map(({ side, name }) => `${side} ${name}`));
  expect(faults.map(({ side, name }) => `${side} ${name}`).filter((fault) => !measured.has(fault))).toEqual([]);
});
