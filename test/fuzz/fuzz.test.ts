import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/**
 * A long run tries other inputs each day. A short one tries the same everywhere, on a fast machine as on a slow one.
 */
const seconds = Number(process.env["PITH_FUZZ_SECONDS"] ?? 0);
const limit =
  seconds === 0
    ? ["--inputs", "60000", "--seed", "1"]
    : ["--seconds", String(seconds), "--seed", String(Math.floor(Date.now() / (24 * 3600 * 1000)))];
const program = fileURLToPath(new URL("run.ts", import.meta.url));
const patienceSeconds = 400;

it("changed inputs break no reader's word", { timeout: (seconds + patienceSeconds + 20) * 1000 }, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", program, ...limit],
    { encoding: "utf8", timeout: (seconds + patienceSeconds) * 1000 },
  );
  console.log(stdout);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

it("every reader has inputs that earlier runs kept", () => {
  const rows = readdirSync(new URL("corpus/", import.meta.url));
  expect(rows.length).toBeGreaterThan(25);
});
