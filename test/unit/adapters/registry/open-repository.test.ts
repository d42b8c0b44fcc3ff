import { describe, expect, it } from "vitest";
import { bytesContent, type Source } from "../../../../src/adapters/images/target.ts";
import { repositoryTarget } from "../../../../src/adapters/registry/open-repository.ts";
import type { Descriptor } from "../../../../src/formats/oci/descriptor.ts";
import { failureOf, type Scripted, scriptedRepository } from "../../../support/registry/scripted-repository.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";

const config = described(types.config, Buffer.from("{}"));

const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config, layers: [] }));

const manifest = described(types.manifest, bytes);

async function read(source: Pick<Source, "fetch">, descriptor: Descriptor, offset?: number): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source.fetch(descriptor, offset)) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

describe("a repository", () => {
  const held: Scripted = { status: 200, body: bytes };

  it("reads each manifest once, and a blob each time", async () => {
    const script = scriptedRepository(({ url }) =>
      url.pathname.includes("/manifests/") ? held : { status: 200, body: "{}" },
    );
    const target = repositoryTarget(script.repository);
    expect(await target.resolve("1")).toEqual(manifest);
    expect(await read(target, manifest)).toBe(bytes.toString());
    expect(await read(target, manifest, 5)).toBe(bytes.subarray(5).toString());
    expect(script.asked).toHaveLength(1);
    expect([await read(target, config), await read(target, config)]).toEqual(["{}", "{}"]);
    expect(script.asked).toHaveLength(3);
    await repositoryTarget(script.repository).resolve(undefined);
    expect(script.asked.at(-1)).toContain("/manifests/latest");
    expect(target.origin).toEqual({ registry: "registry.example.com", repository: "app" });
  });

  it("tells of a manifest that it does not have", async () => {
    const target = repositoryTarget(scriptedRepository(() => ({ status: 404 })).repository);
    expect(await target.resolve("1")).toBeUndefined();
    expect(await failureOf(read(target, manifest))).toContain(
      `IMAGE_SOURCE_INVALID: cannot read the manifest ${manifest.digest}`,
    );
    expect([await target.exists(manifest), await target.exists(config)]).toEqual([false, false]);
  });

  it("has a manifest by its digest, or another one", async () => {
    const asked = async (answer: Scripted): Promise<string> => {
      const script = scriptedRepository(() => answer);
      const isThere = await repositoryTarget(script.repository).exists(manifest);
      expect(script.exchanges[0]?.headers["accept"]).toBe(types.manifest);
      return String(isThere);
    };
    expect(await asked({ status: 200 })).toBe("true");
    expect(await asked({ status: 200, headers: { "docker-content-digest": manifest.digest } })).toBe("true");
    expect(await asked({ status: 200, headers: { "docker-content-digest": config.digest } })).toBe("false");
    expect(await failureOf(asked({ status: 400 }))).toContain("answers 400");
  });

  it("stores a manifest by its digest, and under a tag with the bytes that it has", async () => {
    const script = scriptedRepository(() => ({ status: 201 }));
    const target = repositoryTarget(script.repository);
    await target.push(manifest, bytesContent(bytes, "a test"));
    await target.tag(manifest, undefined);
    await target.tag(manifest, "2");
    await target.alias?.(manifest, "3");
    expect(script.asked.map((line) => line.replace("https://registry.example.com/v2/app/", ""))).toEqual([
      `PUT manifests/${manifest.digest}`,
      "PUT manifests/2",
      "PUT manifests/3",
    ]);
    expect(script.sent.map(String)).toEqual([bytes, bytes, bytes].map(String));
    const long = { ...manifest, size: 4 * 2 ** 20 + 1 };
    expect(await failureOf(target.push(long, bytesContent(bytes, "a test")))).toContain("it is longer than 4 MiB");
  });
});
