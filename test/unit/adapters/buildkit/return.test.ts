import { expect, test } from "vitest";
import { toStatus } from "../../../../src/adapters/buildkit/return.ts";
import { BuildError, type Diagnostic } from "../../../../src/diagnostics/diagnostic.ts";
import { EngineError } from "../../../../src/frontend/engine.ts";

const files = [{ name: "pith.yaml", bytes: Buffer.from("a: 1\nb: 2\nc: 3\n") }];

test("failures of steps get a code, their place and a hint", () => {
  const messages = [
    'process "/bin/sh -c make\\n" did not complete successfully: exit code: 2',
    'process "/bin/sh -c id" did not complete successfully: unable to find user x: no matching entries in passwd file',
    "secret token: not found",
    'no SSH key "default" forwarded from the client',
    "no space left on device",
  ];
  const told = messages.map(
    (message) =>
      toStatus(new EngineError(message, { code: 2, details: [], location: { file: "pith.yaml", line: 2 } }), files)
        .message,
  );
  const missing = new EngineError('failed to calculate checksum of ref x: "/main.c": not found', {
    code: 2,
    details: [],
    location: { file: "pith.yaml", line: 3 },
    missingPath: "/main.c",
  });
  expect([...told, toStatus(missing, files).message].join("\n")).toMatchInlineSnapshot(`
    "pith.yaml:2: STEP_FAILED: cannot run the step: exit code: 2
      hint: read what it printed, above under its name
    pith.yaml:2: STEP_FAILED: cannot run the step: unable to find user x: no matching entries in passwd file
      hint: correct the step, or look into the engine's log
    pith.yaml:2: SECRET_MISSING: cannot give the step the secret token: the build has none of this name
      hint: add --secret id=token,src=FILE to the command
    pith.yaml:2: SECRET_MISSING: cannot give the step the ssh agent default: the build has none of this name
      hint: add --ssh default to the command
    pith.yaml:2: STEP_FAILED: cannot run the step: no space left on device
      hint: correct the step, or look into the engine's log
    pith.yaml:3: FILE_MISSING: cannot find /main.c: the tree that the step reads has no such path
      hint: correct the path, or look whether .dockerignore leaves it out"
  `);
});

test("an end by the user and failures of other files keep the engine's words", () => {
  const cancelled = new EngineError("context canceled", {
    code: 1,
    details: [],
    location: { file: "pith.yaml", line: 2 },
  });
  const foreign = new EngineError("parse error", { code: 2, details: [], location: { file: "Dockerfile", line: 2 } });
  expect([cancelled, foreign].map((error) => toStatus(error, files).message)).toEqual([
    "context canceled",
    "parse error",
  ]);
});

test("findings are listed by their lines, a hundred at most", () => {
  const found = (line: number): Diagnostic => ({
    severity: "error",
    code: "SPEC_VALUE",
    message: `cannot use ${line}: bad`,
    span: { file: "pith.yaml", start: { line, column: 1 }, end: { line, column: 2 } },
  });
  const lines = Array.from({ length: 120 }, (_, index) => 120 - index);
  const listed = (toStatus(new BuildError(lines.map(found)), files).message ?? "").split("\n");
  expect(listed).toHaveLength(101);
  expect([listed[0], listed[99], listed[100]]).toEqual([
    "pith.yaml:1: SPEC_VALUE: cannot use 1: bad",
    "pith.yaml:100: SPEC_VALUE: cannot use 100: bad",
    "and 20 more",
  ]);
});
