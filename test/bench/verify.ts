import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../scripts/lib/project.ts";
import { type BuildCase, build, inTurns, type Runs } from "./builds.ts";

/** Builds of one spec: as it is (`peer`), and with `verify` beside it (`pith`). */
export interface VerifyResult {
  readonly example: string;
  readonly cached: Runs;
  /** The application changed, so that every check runs again. */
  readonly changed: Runs;
}

/** One check of each kind. */
const checks: Readonly<Record<BuildCase["language"], string>> = {
  python: `verify:
  - run: [python3, -c, "import app; print('ok')"]
    stdout: ok
  - {start: true, http: {port: 8000, within: 60s}}
  - attacks: default
`,
  node: `verify:
  - run: [node, -p, "require('express'); 'ok'"]
    stdout: ok
  - {start: true, http: {port: 3000, within: 60s}}
  - attacks: default
`,
};

/** The time that `verify` adds to builds of an example. */
export async function measureVerify(
  one: BuildCase,
  { frontend, runs }: { readonly frontend: string; readonly runs: number },
): Promise<VerifyResult> {
  const folder = mkdtempSync(join(tmpdir(), "pith-bench-"));
  try {
    cpSync(join(projectFolder, "examples", one.example), folder, { recursive: true });
    const spec = readFileSync(join(folder, "pith.yaml"), "utf8");
    writeFileSync(join(folder, "with.yaml"), spec + checks[one.language]);
    const buildOf = (file: string) => async () =>
      build([
        "--build-arg",
        `BUILDKIT_SYNTAX=${frontend}`,
        "-f",
        join(folder, file),
        "-t",
        "pith-bench:verify",
        folder,
      ]);
    const make = { peer: buildOf("pith.yaml"), pith: buildOf("with.yaml") };
    await make.peer();
    await make.pith();
    const cached = await inTurns(`${one.example}: verify, nothing changed`, runs, make);
    const changed = await inTurns(`${one.example}: verify, application changed`, runs, make, async (side, round) =>
      appendFileSync(join(folder, one.source), one.addFunction(2 * round + Number(side === "peer"))),
    );
    return { example: one.example, cached, changed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
