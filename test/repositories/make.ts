import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { capture } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import type { Repository } from "./list.ts";

/** What generators read: nobody answers their questions, and nothing is reported. */
const environment = {
  CI: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NG_CLI_ANALYTICS: "false",
  NX_DAEMON: "false",
  npm_config_audit: "false",
  npm_config_fund: "false",
  npm_config_yes: "true",
  PATH: [join(projectFolder, "node_modules/node/bin"), process.env["PATH"] ?? ""].join(delimiter),
};

/**
 * Makes a repository in a folder, as a clone of it is: without installed packages. One that is there is kept. Returns
 * what the generator said, where it made nothing.
 */
export async function makeRepository({ name, files, make }: Repository, folder: string): Promise<string | undefined> {
  const target = join(folder, name);
  if (existsSync(target)) return undefined;
  const scratch = mkdtempSync(join(tmpdir(), "pith-repository-"));
  const made = join(scratch, name);
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(made, path)), { recursive: true });
      writeFileSync(join(made, path), text);
    }
    const result =
      make === ""
        ? undefined
        : await capture("timeout", ["300", "sh", "-euc", make], { cwd: scratch, env: environment });
    if (!existsSync(made) || readdirSync(made).length === 0) {
      return `${result?.stdout ?? ""}${result?.stderr ?? ""}`.trim().split("\n").slice(-5).join("\n");
    }
    await capture("find", [made, "-name", "node_modules", "-prune", "-exec", "rm", "-rf", "{}", "+"]);
    rmSync(join(made, ".git"), { recursive: true, force: true });
    cpSync(made, target, { recursive: true, verbatimSymlinks: true });
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
