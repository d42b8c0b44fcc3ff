import { expect, it } from "vitest";
import { placedWords } from "../../../../src/formats/text/placed-words.ts";

it("finds words anywhere, where a command may stand, and where a text of code begins", () => {
  const text = "open t.db\n# idle\n!jq .\nshow plain\n";
  expect([...placedWords(text, "anywhere")]).toEqual(["open", "t.db", "jq", "show", "plain"]);
  expect([...placedWords(text, "command")]).toEqual(["open", "jq", "show"]);
});

it.each([
  ['from tool import Tool\nrequire "tool"\nload(\'tool\')\nimport x from "tool"', []],
  ["run(\"jq\", '-r', 'x | nl')\nexec(`cut -c1`)", ["jq", "nl", "cut"]],
  ["my @tools = qw(jq nl); tools = %w[cut tr]", ["jq", "nl", "cut", "tr"]],
  ['script = """\njq . x | nl\nsort -r\n"""', ["jq", "nl", "sort"]],
  ["tool = Tool()\ntool - 1\ntool.run(2)", []],
])("finds words that begin texts in code: %s", (code, words) => {
  expect([...placedWords(code, "text")].filter((word) => /^(?:cut|jq|nl|sort|tool|tr)$/u.test(word))).toEqual(words);
});

it("takes no constants of code for programs, though a package has a program of such a name", () => {
  const code = 'route({ method: "GET" }); run("jq", "R")';
  expect([...placedWords(code, "text")]).toEqual(["jq", "R"]);
  expect([...placedWords("GET http://localhost/", "anywhere")]).toContain("GET");
});

it("takes no words of what a package says of itself in JSON", () => {
  const text =
    '{"name": "own", "repository": {"type": "git"}, "keywords": ["jq", "tar"], "description": "runs curl", "tool": "awk"}';
  expect([...placedWords(text, "anywhere")]).toEqual(["name", "own", "tool", "awk"]);
});
