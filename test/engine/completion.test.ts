import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { output } from "../../scripts/lib/command.ts";
import { loadCommands } from "../../src/cli/commands.ts";
import { renderCompletion, type Shell } from "../../src/cli/completion.ts";
import { makeProject } from "../support/project.ts";

const project = makeProject({});
const commands = await loadCommands();

function script(shell: Shell): string {
  const file = project.path(`_pith.${shell}`);
  writeFileSync(file, renderCompletion(shell, commands));
  return file;
}

/** The completion of a line in an interactive zsh at the press of the tabulator. */
async function completedByZsh(lines: readonly string[]): Promise<readonly string[]> {
  // The pseudo-terminal echoes what it is told, so what is waited for is never spelled in one piece.
  const setUp = `PROMPT=; autoload -Uz compinit; compinit -u -D; source ${script("zsh")}; show() { print -r -- "<""<$BUFFER>"">"; BUFFER= }; zle -N show; bindkey '^X' show; print rea''dy`;
  const driver = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z ${quoted(setUp)}
zpty -r z said '*ready*'
for line in ${lines.map(quoted).join(" ")}; do
  zpty -w -n z "$line"$'\\t\\C-x'
  zpty -r z said '*<<*>>*'
  print -r -- "\${\${said##*<<}%%>>*}|"
done
zpty -d z
`;
  const file = project.path("driver.zsh");
  writeFileSync(file, driver);
  return (await output("zsh", ["-f", file])).split("|\n").slice(0, -1);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

test("zsh completes lines as they are typed", async () => {
  expect(
    await completedByZsh([
      "pith compl",
      "pith build --platf",
      "pith help au",
      "pith completion f",
      "pith lint -f /etc/passw",
      "pith copy --mirr",
    ]),
  ).toEqual([
    "pith completion ",
    "pith build --platform ",
    "pith help audit ",
    "pith completion fish ",
    "pith lint -f /etc/passwd",
    "pith copy --mirror ",
  ]);
});

describe("fish", () => {
  /** The completions of fish for a line, without descriptions. */
  async function offered(line: string): Promise<readonly string[]> {
    const command = `source ${script("fish")}; complete -C ${quoted(line)}`;
    const lines = (await output("fish", ["--no-config", "-c", command])).split("\n");
    return lines.map((text) => text.replace(/\t.*$/u, "")).filter((text) => text !== "");
  }

  test.each([
    ["pith compl", ["completion"]],
    ["pith help au", ["audit"]],
    ["pith build --platf", ["--platform"]],
    ["pith completion ", ["bash", "fish", "zsh"]],
    ["pith lint -f /etc/hostnam", ["/etc/hostname"]],
  ])("completes %s", async (line, words) => {
    expect(await offered(line)).toEqual(words);
  });

  test("knows every command and every option", async () => {
    expect(await offered("pith ")).toEqual(expect.arrayContaining(commands.map(({ name }) => name)));
    for (const { name, options } of commands)
      expect(await offered(`pith ${name} --`)).toEqual(expect.arrayContaining(options.map((one) => `--${one.name}`)));
  });
});
