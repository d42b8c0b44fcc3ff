import { fc, test as property } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parseRecording, printRecording, sortedPaths } from "../../../src/plan/recording.ts";

const place = { name: "recording-0.json", pointer: "/closure/observed/0" };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

it("reads what it writes", () => {
  const paths = sortedPaths(["/b", "/a//x", "/b"]);
  const recording = { command: ["python3", "-m", "pytest"], recordedAt: "2026-01-02T03:04:05Z", paths };
  const { value, diagnostics } = parseRecording(bytesOf(printRecording(recording)), place);
  expect(diagnostics).toEqual([]);
  expect(value).toEqual({ ...recording, pointer: place.pointer });
  expect(paths).toEqual(["/a/x", "/b"]);
});

it.each([
  ["no file", undefined, "there is no such file beside the spec"],
  ["no JSON", "{", "invalid input: expected object, received undefined"],
  ["no version", '{"command":["x"],"paths":["/a"]}', "version: invalid input: expected 1"],
  ["no paths", '{"version":1,"command":["x"],"paths":[]}', "it has no path"],
  ["a relative path", '{"version":1,"command":["x"],"paths":["a"]}', "paths.0: not an absolute path"],
  ["another key", '{"version":1,"command":["x"],"paths":["/a"],"more":1}', 'unrecognized key: "more"'],
])("RECORDING_INVALID: %s", (_name, text, reason) => {
  const { value, diagnostics } = parseRecording(text === undefined ? undefined : bytesOf(text), place);
  expect(value).toBeUndefined();
  expect(diagnostics).toEqual([
    {
      severity: "error",
      code: "RECORDING_INVALID",
      message: `cannot read the recording recording-0.json: ${reason}`,
      hint: "write it again with docker build --target record -o .",
      pointer: place.pointer,
    },
  ]);
});

property.prop([fc.uint8Array()])("never throws", (bytes) => {
  const { value, diagnostics } = parseRecording(bytes, place);
  expect(value === undefined).toBe(diagnostics.length > 0);
});
