import { describe, expect, it } from "vitest";
import type { Source } from "../../../../src/adapters/images/target.ts";
import { registryFailure } from "../../../../src/adapters/registry/failure.ts";
import { firstOf } from "../../../../src/adapters/registry/mirrors.ts";
import type { Descriptor } from "../../../../src/formats/oci/descriptor.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";

async function read(source: Pick<Source, "fetch">, descriptor: Descriptor, offset?: number): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source.fetch(descriptor, offset)) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

describe("the first of several places", () => {
  const blob = described(types.layer, Buffer.from("0123456789"));
  const failing = registryFailure("REGISTRY_UNAVAILABLE", "gone");

  /** A place that has some bytes of the blob, and fails behind them unless they are all. */
  function place(name: string, count: number, failure: Error = failing): Source & { readonly asked: string[] } {
    const asked: string[] = [];
    return {
      name,
      asked,
      async resolve(reference) {
        asked.push(`resolve ${reference ?? ""}`);
        if (count === 0) return undefined;
        if (count < 0) throw failure;
        return { ...blob, mediaType: name };
      },
      async *fetch(_, offset = 0) {
        asked.push(`fetch ${String(offset)}`);
        for (let at = offset; at < count; at++) yield Buffer.from(String(at));
        if (count < 10) throw failure;
      },
    };
  }

  it("is asked for a name until one has it", async () => {
    const [none, broken, has, own] = [place("none", 0), place("broken", -1), place("has", 10), place("own", 10)];
    expect((await firstOf([none, broken, has, own]).resolve("1"))?.mediaType).toBe("has");
    expect([none.asked, broken.asked, has.asked, own.asked]).toEqual([["resolve 1"], ["resolve 1"], ["resolve 1"], []]);
    expect((await firstOf([none, own]).resolve("1"))?.mediaType).toBe("own");
    expect(await firstOf([place("none", 0), place("own", 0)]).resolve("1")).toBeUndefined();
    await expect(firstOf([none, place("own", -1)]).resolve("1")).rejects.toThrow("gone");
    const defect = place("defect", -1, new TypeError("a defect"));
    await expect(firstOf([defect, own]).resolve("1")).rejects.toThrow("a defect");
    expect((await firstOf([own]).resolve("1"))?.mediaType).toBe("own");
  });

  it("goes on with the next where one stops, from there", async () => {
    const places = [place("a", 3), place("b", -1), place("c", 7), place("own", 10)] as const;
    expect(await read(firstOf(places), blob)).toBe("0123456789");
    expect(places.map(({ asked }) => asked.join())).toEqual(["fetch 0", "fetch 3", "fetch 3", "fetch 7"]);
    const whole = [place("a", 10), place("own", 10)] as const;
    expect(await read(firstOf(whole), blob, 4)).toBe("456789");
    expect(whole.map(({ asked }) => asked.join())).toEqual(["fetch 4", ""]);
    await expect(read(firstOf([place("a", 3), place("own", 5)]), blob)).rejects.toThrow("gone");
    const defect = place("defect", 3, new TypeError("a defect"));
    await expect(read(firstOf([defect, place("own", 10)]), blob)).rejects.toThrow("a defect");
  });

  it("is not asked again for bytes that it sent wrong", async () => {
    const places = [place("a", 3), place("b", 10), place("c", 10), place("own", 10)] as const;
    const first = firstOf(places);
    expect(first.distrust?.(blob)).toBe(false);
    await read(first, blob);
    expect(first.distrust?.(blob)).toBe(true);
    expect(first.distrust?.(blob)).toBe(false);
    await read(first, blob);
    expect(places.map(({ asked }) => asked.length)).toEqual([1, 1, 1, 0]);
    const other = described(types.layer, Buffer.from("9876543210"));
    await read(first, other);
    expect(places.map(({ asked }) => asked.length)).toEqual([2, 2, 1, 0]);
    expect(first.distrust?.(blob)).toBe(true);
    await read(first, blob);
    expect(places.map(({ asked }) => asked.length)).toEqual([2, 2, 1, 1]);
  });
});
