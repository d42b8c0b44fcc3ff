import { expect, test } from "vitest";
import { manPages } from "../../../../scripts/release/man-pages.ts";
import { loadCommands } from "../../../../src/cli/commands.ts";

const commands = await loadCommands();
const pages = manPages(commands, "1.2.3");

test("every command has a man page with what its help says", () => {
  expect(pages.map(({ name }) => name)).toEqual(["pith.1", ...commands.map(({ name }) => `pith-${name}.1`)]);
  for (const { name, options, examples, summary } of commands) {
    const text = (pages.find((page) => page.name === `pith-${name}.1`)?.text ?? "").replaceAll("\\", "");
    expect(text).toContain(summary.slice(1));
    for (const option of options) expect(text).toContain(`--${option.name}`);
    for (const example of examples) expect(text).toContain(example.line.slice(0, 20).replaceAll("\\", "e"));
  }
});

test("no text is taken as a request", () => {
  const requests = new Set(["TH", "SH", "TP", "PP", "nf", "fi"]);
  for (const line of pages.flatMap(({ text }) => text.split("\n"))) {
    if (/^[.']/u.test(line)) expect(requests).toContain(line.slice(1).split(" ")[0]);
  }
});

test("a page as a whole", () => {
  expect(pages.find(({ name }) => name === "pith-schema.1")?.text).toMatchInlineSnapshot(`
    ".TH "PITH\\-SCHEMA" "1" "" "pith 1.2.3" "Pith"
    .SH NAME
    pith\\-schema \\- print the JSON Schema of the spec
    .SH SYNOPSIS
    pith schema [OPTIONS]
    .SH DESCRIPTION
    Editors complete and check a spec with it. It says what can be written; "pith lint" checks more.
    .SH OPTIONS
    .TP
    \\fB\\-h\\fR, \\fB\\-\\-help\\fR
    Show this help.
    .TP
    \\fB\\-\\-json\\fR
    Print the result, and findings, as JSON.
    .TP
    \\fB\\-q\\fR, \\fB\\-\\-quiet\\fR
    Say nothing but the result and errors.
    .TP
    \\fB\\-v\\fR, \\fB\\-\\-verbose\\fR
    Say more of what happens.
    .SH EXAMPLES
    .PP
    Keep it beside the spec, for the editor.
    .PP
    .nf
        pith schema > pith.schema.json
    .fi
    .SH EXIT STATUS
    .TP
    0
    fine.
    .TP
    1
    the build failed.
    .TP
    2
    the spec or the usage is wrong.
    .TP
    3
    an I/O error (network, disk, engine); a retry may help.
    .TP
    70
    a fault of Pith itself.
    .TP
    130
    interrupted.
    .SH SEE ALSO
    \\fBpith\\fR(1)
    "
  `);
});
