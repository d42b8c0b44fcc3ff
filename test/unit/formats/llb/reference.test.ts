import { expect, test } from "vitest";
import { parseLayoutReference } from "../../../../src/formats/llb/reference.ts";

test.for([
  [
    "oci-layout://abc:latest@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "abc@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "abc",
  ],
  [
    "oci-layout://host:1/abc@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "host:1/abc@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "host:1/abc",
  ],
  [
    "abc@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "abc@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "abc",
  ],
] as const)("a layout named %s", ([value, reference, storeId]) => {
  expect(parseLayoutReference(value)).toEqual({ reference, storeId });
});

test("a layout without a digest is none", () => {
  expect(parseLayoutReference("oci-layout://abc:latest")).toBeUndefined();
});
