import { expect, it } from "vitest";
import { readLimited } from "../../../../src/adapters/registry/bodies.ts";

it("a body may be as long as its limit", async () => {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("four");
    yield Buffer.from("five5");
  }
  expect(Buffer.from(await readLimited(body(), 9)).toString()).toBe("fourfive5");
  await expect(readLimited(body(), 8)).rejects.toThrow(RangeError);
});
