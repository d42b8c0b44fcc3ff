import { expect, test } from "vitest";
import { printSpecTypes } from "../../../../scripts/release/spec-types.ts";

test("types say what the schema says", () => {
  const schema = {
    $defs: {
      Spec: {
        type: "object",
        description: "All of it.",
        properties: {
          from: { anyOf: [{ type: "string" }, { $ref: "#/$defs/From" }] },
          args: { type: "object", additionalProperties: { type: ["string", "null"] } },
          other: { $ref: "#/$defs/Spec/properties/from" },
          kinds: { type: "array", items: { enum: ["a", 1] } },
        },
        required: ["from"],
      },
      From: { const: "scratch" },
    },
  };
  expect(printSpecTypes(JSON.stringify(schema))).toBe(`/** All of it. */
export type Spec = {
  readonly "from": string | From;
  readonly "args"?: Readonly<Record<string, string | null>>;
  readonly "other"?: Spec["from"];
  readonly "kinds"?: readonly ("a" | 1)[];
};

export type From = "scratch";
`);
});
