import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";

test("Python in five lines", async () => {
  const { value, diagnostics } = await parseText(`# syntax=localhost:5000/pith:1
from: python:3.13-slim
interpreter: python3
app: .
cmd: [-m, gunicorn, --bind, "0.0.0.0:8000", "app:app"]
`);
  expect(diagnostics).toEqual([]);
  expect(value?.interpreter).toEqual({ path: "python3", from: "main", stdlib: "safe", bytecode: "keep" });
  expect(value?.image.cmd).toEqual(["-m", "gunicorn", "--bind", "0.0.0.0:8000", "app:app"]);
  expect(value?.image.user).toBeUndefined();
});
