import { expect, it } from "vitest";
import type { RuntimePlugin, Yield } from "../../../src/closure/model/closure.ts";
import { boundedRuntime } from "../../../src/languages/bounded-runtime.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const path = toAbsPath("/app/deep.own");

function pluginThat(fail: () => void): RuntimePlugin {
  async function* needs(): AsyncIterable<Yield> {
    yield await Promise.resolve({ need: { path, role: "file", evidence: "proved", why: "reads it" } } as const);
    fail();
  }
  const runtime = { start: needs, needs, settle: needs };
  return { name: "own", claims: () => true, start: async () => Promise.resolve(runtime) };
}

async function yieldsOf(plugin: RuntimePlugin): Promise<readonly string[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plug-in asks nothing of its process
  const runtime = await boundedRuntime(plugin).start({} as never);
  const found: string[] = [];
  for (const yields of [runtime.start(), runtime.needs(path), runtime.settle()]) {
    for await (const one of yields)
      found.push("unknown" in one ? one.unknown.what : "need" in one ? one.need.path : "");
  }
  return found;
}

it("tells of a source that overflows its reader, and keeps what was found before", async () => {
  const overflow = (depth = 0): number => overflow(depth + 1) + 1;
  expect(await yieldsOf(pluginThat(() => void overflow()))).toEqual([
    "/app/deep.own",
    "what own starts with",
    "/app/deep.own",
    "the whole of deep.own",
    "/app/deep.own",
    "what sources of own name together",
  ]);
});

it("hides no other failure", async () => {
  const fail = (): never => {
    throw new RangeError("out of range");
  };
  await expect(yieldsOf(pluginThat(fail))).rejects.toThrow("out of range");
});
