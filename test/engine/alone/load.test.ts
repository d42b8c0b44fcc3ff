import { expect, test } from "vitest";
import { build } from "../../support/engine.ts";
import { makeProject } from "../../support/project.ts";

const count = 40;
const numbers = Array.from({ length: count }, (_, index) => index);

test("forty builds at once all succeed, however long the frontend takes to start", { timeout: 600_000 }, async () => {
  const project = makeProject(
    Object.fromEntries(
      numbers.flatMap((number) => [
        [`${number}/pith.yaml`, "from: python:3.13-slim\ninterpreter: python3\napp: app\ncmd: [main.py]\n"],
        [`${number}/app/main.py`, `print(${number})\n`],
      ]),
    ),
  );
  const results = await Promise.all(numbers.map((number) => build({ spec: project.path(`${number}/pith.yaml`) })));
  const failures = results.filter(({ code }) => code !== 0).map(({ output }) => output.slice(-300));
  expect(failures).toEqual([]);
});
