import { expect, test } from "vitest";
import { build } from "../../../src/app/build.ts";
import { type FakeEngine, findingsOf, recordingEngine } from "../../support/fake-engine.ts";

const spec = (verify: string, more = ""): FakeEngine["spec"] => ({
  "pith.yaml": `from: base:1\nbinaries: [/bin/x]\n${more}verify:\n${verify}`,
});

/** The graph's last operation: the check. */
function lastExec(solved: readonly string[], text: string): string {
  const dump = solved.find((one) => one.includes(text)) ?? "";
  const op = dump.split(/^(?=#\d)/mu).find((one) => one.includes(text)) ?? "";
  return op.replaceAll(/"digest": "[^"]*"/gu, '"digest": "..."');
}

test("a check runs as the image would, in a root that nobody writes to", async () => {
  const { engine, solved } = recordingEngine({ spec: spec("  - run: [/bin/x, -v]\n", "env: {A: '1'}\nworkdir: /w\n") });
  await build(engine, { files: [] });
  expect(lastExec(solved, '"-v"')).toMatchSnapshot();
});

test.for([
  ["volumes", "volumes: [/data]\n"],
  ["a directory of its own", "files: {/data: {directory: true}}\n"],
])("an image with %s gets a root that it can write to", async ([, more = ""]) => {
  const { engine, solved } = recordingEngine({ spec: spec("  - run: [/bin/x, -v]\n", more) });
  await build(engine, { files: [] });
  expect(lastExec(solved, '"-v"')).not.toMatch(/"dest": "\/",\s+"output": "?-1"?,\s+"readonly": true/u);
});

test("what fails is told at its entry, all of it", async () => {
  const found = await findingsOf({
    spec: spec("  - run: [/bin/x, one]\n  - run: [/bin/x, two]\n  - run: [/bin/x, three]\n"),
    failures: { '"one"': 1, '"three"': 137 },
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "VERIFY_RUN_FAILED: cannot verify /bin/x one: it ended with exit code 1 (pith.yaml:4; read what it printed, above under its name)",
      "VERIFY_RUN_FAILED: cannot verify /bin/x three: it ended with exit code 137 (pith.yaml:6; read what it printed, above under its name)",
    ]
  `);
});
