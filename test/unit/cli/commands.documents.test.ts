import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { loadCommands } from "../../../src/cli/commands.ts";
import { parseWords } from "../../../src/cli/words.ts";
import { splitShellWords } from "../../../src/formats/text/shell-words.ts";

const commands = await loadCommands();

/** The calls of `pith` in the shell blocks of a document, each with its line; wrong ones stand below "Bad". */
function callsOf(text: string): readonly { readonly line: number; readonly call: string }[] {
  let language = "";
  let isBad = false;
  return text.split("\n").flatMap((line, index) => {
    const fence = /^\s*```(\w*)/u.exec(line);
    if (fence !== null) {
      language = language === "" ? (fence[1] ?? "") || "text" : "";
      return [];
    }
    if (language === "" && line.startsWith("## ")) isBad = line === "## Bad";
    if (isBad || !/^(?:sh|shell|bash)$/u.test(language)) return [];
    return line
      .replace(/\s#\s.*$/u, "")
      .split(/\s*(?:&&|\|\||;|\|)\s*/u)
      .flatMap((part) => {
        const [, call] = /^(?:\w+=\S+ )*(?:npx )?(?:--yes )?pith(?:-image)? (.*)$/u.exec(part.trim()) ?? [];
        return call === undefined ? [] : [{ line: index + 1, call }];
      });
  });
}

it("every call of pith in the documents has a command and options that there are", () => {
  const names = globSync(["*.md", "docs/**/*.md", "examples/*/README.md"], { cwd: projectFolder });
  const wrong: string[] = [];
  let count = 0;
  for (const name of names) {
    for (const { line, call } of callsOf(readFileSync(join(projectFolder, name), "utf8"))) {
      const words = splitShellWords(call.replace(/\s\d?>.*$/u, ""));
      const [first = "", ...rest] = words ?? call.split(/\s+/u);
      if (first.startsWith("-") || first === "help" || /[.…]{3}|…/u.test(call)) continue;
      const command = commands.find((one) => one.name === first);
      count += 1;
      try {
        if (command === undefined) throw new Error(`there is no command ${first}`);
        parseWords(command, rest);
      } catch (failure) {
        wrong.push(`${name}:${String(line)}: ${failure instanceof Error ? failure.message : String(failure)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(60);
});
