import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const seconds = Number(process.env["PITH_FUZZ_SECONDS"] ?? 30);
// A long run tries other inputs each day; a short one is to end as it ended before.
const seed = seconds < 100 ? 1 : Math.floor(Date.now() / (24 * 3600 * 1000));
const program = fileURLToPath(new URL("run.ts", import.meta.url));

it(`${String(seconds)} seconds of changed inputs break no reader's word`, { timeout: (seconds + 120) * 1000 }, () => {
  const args = ["--disable-warning=ExperimentalWarning", program, "--seconds", String(seconds), "--seed", String(seed)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: (seconds + 100) * 1000,
  });
  console.log(stdout);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

it("every reader has inputs that earlier runs kept", () => {
  const rows = readdirSync(new URL("corpus/", import.meta.url));
  expect(rows.length).toBeGreaterThan(25);
});
