import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { loadCommands } from "../../../src/cli/commands.ts";
import { renderCompletion } from "../../../src/cli/completion.ts";
import { pith } from "../../support/command-line.ts";

const commands = await loadCommands();

/** The completions of bash for a line that ends where the cursor is. */
function offered(line: string): readonly string[] {
  const words = line.split(" ");
  const array = words.map((word) => `'${word}'`).join(" ");
  const script = `${renderCompletion("bash", commands)}
COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _pith; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout.split("\n").filter((word) => word !== "");
}

describe("bash completes", () => {
  it.each<readonly [line: string, words: readonly string[]]>([
    ["pith comple", ["completion"]],
    ["pith help au", ["audit"]],
    ["pith build --plat", ["--platform"]],
    ["pith completion z", ["zsh"]],
    ["pith lint -f /etc/passw", ["/etc/passwd"]],
    ["pith nothing -", []],
  ])("%s", (line, words) => {
    expect(offered(line).filter((word) => word !== "/etc/passwd-")).toEqual(words);
  });

  it("every command and every option", () => {
    expect(offered("pith ")).toEqual([...commands.map(({ name }) => name), "--help", "--version"]);
    for (const { name, options } of commands) {
      expect(offered(`pith ${name} --`)).toEqual(expect.arrayContaining(options.map((option) => `--${option.name}`)));
    }
  });
});

describe("pith completion", () => {
  it.each(["fish", "zsh"])("knows every command and option in %s", async (shell) => {
    const { out, code } = await pith(["completion", shell]);
    expect(code).toBe(0);
    for (const { name, options } of commands) {
      expect(out).toContain(name);
      for (const option of options) expect(out).toContain(option.name);
    }
  });

  it("refuses other shells", async () => {
    const { code, err } = await pith(["completion", "csh"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'USAGE_INVALID: cannot complete words in "csh": Pith knows no such shell\nhint: use one of bash, fish, zsh\n',
    });
  });
});
