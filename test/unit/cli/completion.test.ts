import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { loadCommands } from "../../../src/cli/commands.ts";
import { renderCompletion } from "../../../src/cli/completion.ts";
import { binary } from "../../support/closure.ts";
import { pith } from "../../support/command-line.ts";
import { manifestOf } from "../../support/manifest.ts";

const commands = await loadCommands();

/** The completions of bash for a line that ends where the cursor is; `answer` is what pith itself says. */
function offered(line: string, answer = ":"): readonly string[] {
  const words = line.split(" ");
  const array = words.map((word) => `'${word}'`).join(" ");
  const script = `${renderCompletion("bash", commands)}
pith() { ${answer}; }
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

  it("targets of the spec, and paths of the manifest", () => {
    const echo = 'echo "$*" | tr " /" "__"';
    expect(offered("pith build --target ", echo)).toEqual(["completion_targets"]);
    expect(offered("pith resolve -f a.yaml --target ", echo)).toEqual(["completion_targets_-f_a.yaml"]);
    expect(offered("pith explain /usr/li", 'echo "$3"b/')).toEqual(["/usr/lib/"]);
    expect(offered("pith explain /etc/passw").filter((word) => word !== "/etc/passwd-")).toEqual(["/etc/passwd"]);
    expect(offered("pith audit --fail-on ")).toEqual(["high", "medium", "low"]);
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

  it("says which targets a spec has, and the paths of a manifest", async () => {
    const files = {
      "pith.yaml": "from: debian:trixie-slim\nbinaries: [env]\ntargets: {worker: {cmd: [x]}}\n",
      "broken.yaml": "from: [",
      "manifest.json": JSON.stringify(
        await manifestOf({
          root: "//- /usr/bin/env 0755 elf=x86_64\n//- /usr/lib/a\n",
          roots: [binary("/usr/bin/env"), binary("/usr/lib/a")],
        }),
      ),
    };
    const { out } = await pith(["completion", "targets"], { files });
    expect(out.split("\n").slice(0, 3)).toEqual(["worker", "builder", "debug"]);
    expect((await pith(["completion", "targets", "-f", "broken.yaml"], { files })).out).toMatch(/^builder\n/u);
    expect((await pith(["completion", "paths", "/usr/"], { files })).out).toBe("/usr/bin/\n/usr/lib/\n");
    expect((await pith(["completion", "paths", "/usr/bin/e"], { files })).out).toBe("/usr/bin/env\n");
  });

  it("refuses other shells", async () => {
    const { code, err } = await pith(["completion", "csh"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'USAGE_INVALID: cannot complete words in "csh": Pith knows no such shell\nhint: use one of bash, fish, zsh\n',
    });
  });
});
