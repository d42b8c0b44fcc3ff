import { readdirSync, readFileSync } from "node:fs";
import type { Position } from "../../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../../src/diagnostics/render.ts";
import { matchGlob, parseGlob } from "../../../src/rootfs/glob.ts";
import { parseSpec } from "../../../src/spec/parse.ts";
import { must, type Target } from "../target.ts";

const fixtures = new URL("../../unit/spec/fixtures/", import.meta.url);
const specs = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .toSorted()
  .map((name) => readFileSync(new URL(name, fixtures)))
  .filter((bytes) => bytes.length < 4096);

/** Specs: a value or errors, each error at a place that is in the file and in words fit for a terminal. */
export const spec: Target = {
  name: "specs",
  seeds: specs,
  words:
    "from: |build:|app: |env: |files: |targets: |include: |- |  |\n|[|]|{|}|, |: |?|\"|'|#|~|0755|..|${A}|$$|&a |*a|!t |<<|---\n|\t|\r\n|\0|\u00e9|**".split(
      "|",
    ),
  async run(bytes) {
    const { checked, files } = await parseSpec({
      file: "pith.yaml",
      bytes,
      buildArgs: { A: "1" },
      predefinedArgs: {},
      readInclude: async () => bytes,
    });
    const errors = checked.diagnostics.filter((found) => found.severity === "error");
    must((checked.value === undefined) === errors.length > 0, "there is a value or an error");
    for (const { span, message } of checked.diagnostics) {
      must(/^cannot [^]*: /u.test(message), "messages have their form");
      const file = files.find(({ name }) => name === span?.file);
      if (file !== undefined && span !== undefined) must(isIn(file.bytes, span.start), "places are in the file");
    }
    const shown = renderText(checked.diagnostics, files);
    // oxlint-disable-next-line no-control-regex -- these are what must not reach a terminal
    must(!/[\0-\x08\x0b-\x1f\x7f]/u.test(shown), "nothing unprintable is shown");
    return [...new Set(errors.map(({ code }) => code))].sort().join(" ");
  },
};

function isIn(bytes: Uint8Array, { line, column }: Position): boolean {
  const lines = new TextDecoder().decode(bytes).split("\n");
  return line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1] ?? "").length + 1;
}

/** Patterns and paths, parted by a NUL: an answer, in time that does not grow with the pattern's power. */
export const globs: Target = {
  name: "globs",
  seeds: ["/usr/**/*.so\0/usr/lib/x.so", "{a,b}?[a-c]\0ab", "**/a*a*a*b\0aaaaaaaa"].map((text) => Buffer.from(text)),
  words: ["*", "**", "/", "{", "}", ",", "[", "]", "!", "?", "\\", "\0", "\u00e9"],
  run(bytes) {
    const [pattern = "", path = ""] = bytes.toString("utf8").split("\0");
    const isMatch = matchGlob(pattern, path);
    must(isMatch === matchGlob(parseGlob(pattern), path), "a pattern means one thing");
    return String(isMatch);
  },
};
