import { describe, expect, it } from "vitest";
import { putManifest } from "../../../../src/adapters/registry/push-manifest.ts";
import { digestOf } from "../../../support/registry/memory-registry.ts";
import { failureOf, type Scripted, scriptedRepository } from "../../../support/registry/scripted-repository.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";
import { manifest } from "./manifest-of-layers.ts";

describe("a manifest", () => {
  const text = manifest();

  const digest = digestOf(Buffer.from(text));

  const other = `sha256:${"0".repeat(64)}`;

  it("is stored where the registry says so", async () => {
    const bytes = Buffer.from(text);
    const found = { descriptor: described(types.manifest, bytes), bytes };
    const put = async (answer: Scripted): Promise<string> => {
      const { repository } = scriptedRepository(() => answer);
      return putManifest(repository, found, "1").then(
        ({ knowsSubject }) => String(knowsSubject),
        async (thrown: unknown) => failureOf(Promise.reject(thrown)),
      );
    };
    for (const status of [200, 201, 202]) expect(await put({ status })).toBe("false");
    expect(await put({ status: 201, headers: { "oci-subject": digest, "docker-content-digest": digest } })).toBe(
      "true",
    );
    expect(await put({ status: 201, headers: { "docker-content-digest": other } })).toContain(`stored ${other}`);
    expect(await put({ status: 201, headers: { "docker-content-digest": "sha512:0" } })).toBe("false");
    expect(await put({ status: 204 })).toContain("answers 204");
    const unknown = '{"code":"MANIFEST_BLOB_UNKNOWN"}';
    expect(await put({ status: 400, body: unknown })).toContain("REGISTRY_BLOB_MISSING*: ");
    expect(await put({ status: 400, body: '{"code":"MANIFEST_INVALID"}' })).toContain("REGISTRY_UNAVAILABLE: ");
    for (const status of [500, 501]) expect(await put({ status, body: unknown })).toContain("REGISTRY_UNAVAILABLE");
  });
});
