import { describe, expect, it } from "vitest";
import { pith } from "../../support/command-line.ts";

describe("findings for code scanning and CI servers", () => {
  const files = { "deploy/pith.yaml": "from: debian:trixie-slim\nbinarys: [env]\n" };

  it("lint prints SARIF", async () => {
    const { code, out } = await pith(["lint", "--format", "sarif", "deploy/pith.yaml"], { files });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "pith",
              version: "1.0.0",
              rules: [
                {
                  id: "SPEC_UNKNOWN_KEY",
                  shortDescription: { text: "SPEC_UNKNOWN_KEY" },
                  properties: { "security-severity": "8.0" },
                },
              ],
            },
          },
          columnKind: "utf16CodeUnits",
          results: [
            {
              ruleId: "SPEC_UNKNOWN_KEY",
              ruleIndex: 0,
              level: "error",
              message: { text: 'cannot use the key "binarys": a spec has no such key: did you mean binaries?' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "deploy/pith.yaml" },
                    region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 8 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it("lint prints JUnit, with a check that holds where nothing is found", async () => {
    const { out } = await pith(["lint", "--format", "junit", "deploy/pith.yaml"], { files });
    expect(out).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="1" failures="1">
      <testsuite name="deploy/pith.yaml" tests="1" failures="1">
      <testcase classname="deploy/pith.yaml" name="SPEC_UNKNOWN_KEY"><failure message="pith.yaml:2: cannot use the key &quot;binarys&quot;: a spec has no such key; did you mean binaries?">pith.yaml:2: cannot use the key &quot;binarys&quot;: a spec has no such key; did you mean binaries?</failure></testcase>
      </testsuite>
      </testsuites>
      "
    `);
    const fine = { "pith.yaml": "# syntax=a/b\nfrom: debian:trixie-slim\nbinaries: [env]\n" };
    const { code, out: held } = await pith(["lint", "--format", "junit"], { files: fine });
    expect(code).toBe(0);
    expect(held).toContain('<testcase classname="pith.yaml" name="lint"/>');
  });

  it("refuses other formats", async () => {
    const { code, err } = await pith(["lint", "--format", "xml"], { files });
    expect(code).toBe(2);
    expect(err).toContain('USAGE_INVALID: cannot print findings as "xml": not a format\nhint: use one of text, json');
  });
});
