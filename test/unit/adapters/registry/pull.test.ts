import { describe, expect, it } from "vitest";
import { getBlob, getManifest } from "../../../../src/adapters/registry/pull.ts";
import { digestOf } from "../../../support/registry/memory-registry.ts";
import {
  failureOf,
  inTurn,
  type Scripted,
  type ScriptedRepository,
  scriptedRepository,
} from "../../../support/registry/scripted-repository.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";
import { manifest } from "./manifest-of-layers.ts";

describe("a manifest", () => {
  const read = (body: string, headers: Record<string, string> = {}, reference = "1"): Promise<string> => {
    const { repository } = scriptedRepository(() => ({ status: 200, body, headers }));
    return getManifest(repository, reference).then(
      (found) => `${found?.descriptor.mediaType ?? ""} ${String(found?.descriptor.size)}`,
      async (thrown: unknown) => failureOf(Promise.reject(thrown)),
    );
  };

  const text = manifest();

  const fine = `${types.manifest} ${String(text.length)}`;

  const digest = digestOf(Buffer.from(text));

  const other = `sha256:${"0".repeat(64)}`;

  it("is what it and the registry say, where both say the same", async () => {
    expect(await read(text)).toBe(fine);
    expect(await read(text, { "content-type": `${types.manifest.toUpperCase()} ; charset=utf-8` })).toBe(fine);
    expect(await read(text, { "content-type": types.index })).toContain(
      "and the registry application/vnd.oci.image.index",
    );
    const silent = manifest({ mediaType: undefined });
    expect(await read(silent, { "content-type": types.manifest })).toBe(`${types.manifest} ${String(silent.length)}`);
    expect(await read(silent)).toContain(
      'IMAGE_SOURCE_INVALID: cannot read the manifest 1 of registry.example.com/app: ""',
    );
    expect(await read("{}")).toContain("IMAGE_SOURCE_INVALID");
  });

  it("has the digest that it is asked for by, and that the registry tells", async () => {
    expect(await read(text, {}, digest)).toBe(fine);
    expect(await read(text, {}, other)).toContain(`BLOB_DIGEST*: cannot read the manifest ${other}`);
    expect(await read(text, { "docker-content-digest": digest })).toBe(fine);
    expect(await read(text, { "docker-content-digest": other })).toContain(`its digest is ${digest} and not ${other}`);
    expect(await read(text, { "docker-content-digest": "sha512:0" })).toBe(fine);
    expect(await read(text, { "docker-content-digest": "junk" })).toContain("BLOB_DIGEST");
  });

  it("is not there, refused, cut or too long", async () => {
    const answered = (answer: Scripted): Promise<string> =>
      failureOf(
        getManifest(scriptedRepository(() => answer).repository, "1").then((found) => expect(found).toBeUndefined()),
      );
    expect(await answered({ status: 404 })).toBe("no failure");
    expect(await answered({ status: 410 })).toContain("answers 410");
    expect(await answered({ status: 200, body: text, fault: "broken" })).toContain("REGISTRY_UNAVAILABLE*: ");
    const long = { "content-length": String(4 * 2 ** 20 + 1) };
    expect(await answered({ status: 200, headers: long })).toContain("REGISTRY_ANSWER: cannot read the manifest 1 of");
  });
});

describe("a blob", () => {
  const bytes = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");

  const blob = described(types.layer, bytes);

  const range = (start: number, end = bytes.length): Scripted => ({
    status: 206,
    headers: { "content-range": `bytes ${String(start)}-${String(end - 1)}/${String(bytes.length)}` },
    body: bytes.subarray(start, end),
  });

  const download = async (script: ScriptedRepository, offset = 0): Promise<string> => {
    let text = "";
    const said = await failureOf(
      (async () => {
        for await (const part of getBlob(script.repository, blob, offset)) text += Buffer.from(part).toString();
      })(),
    );
    return said === "no failure" ? text : `${text} ${said}`;
  };

  const ranges = ({ exchanges }: ScriptedRepository) => exchanges.map(({ headers }) => headers["range"] ?? "-");

  it("goes on where it was cut, and takes what comes twice once", async () => {
    const cut: Scripted = { status: 200, body: bytes.subarray(0, 20), fault: "broken" };
    const script = scriptedRepository(inTurn(cut, range(20)));
    expect(await download(script)).toBe(bytes.toString());
    expect([ranges(script), script.slept]).toEqual([["-", "bytes=20-35"], [188]]);
    expect(await download(scriptedRepository(inTurn(cut, { status: 200, body: bytes })))).toBe(bytes.toString());
    expect(await download(scriptedRepository(inTurn(cut, range(15))))).toBe(bytes.toString());
    expect(await download(scriptedRepository(inTurn(cut, range(21))))).toContain(
      "sends another part than it was asked for",
    );
    expect(await download(scriptedRepository(inTurn(range(30))), 30)).toBe("uvwxyz");
    const partial: Scripted = { status: 206, body: bytes };
    expect(await download(scriptedRepository(inTurn(cut, partial)))).toContain("sends another part");
  });

  it("is given up where no try brings a byte", async () => {
    const script = scriptedRepository(() => ({ status: 200, fault: "broken" }), { limits: { tries: 3 } });
    expect(await download(script)).toContain("REGISTRY_UNAVAILABLE*: cannot read");
    expect(script.asked).toHaveLength(3);
    const slow = scriptedRepository(() => ({ status: 200, body: "0", fault: "slow" }));
    expect(await download(slow)).toContain("REGISTRY_SLOW*: ");
    expect(slow.asked).toHaveLength(1);
  });

  it("is not longer than it should be, and of the length that the registry tells", async () => {
    const long = scriptedRepository(() => ({ status: 200, body: Buffer.concat([bytes, bytes]) }));
    expect(await download(long)).toMatch(/^0123456789abcdefghijklmnopqrst BLOB_DIGEST\*: .*longer than the 36 bytes/u);
    const told = (length: number) =>
      scriptedRepository(() => ({ status: 200, body: bytes, headers: { "content-length": String(length) } }));
    expect(await download(told(36))).toBe(bytes.toString());
    expect(await download(told(35))).toContain("the registry has 35 bytes of it and not 36");
    expect(await download(scriptedRepository(() => ({ status: 404 })))).toContain("IMAGE_SOURCE_INVALID");
    expect(await download(scriptedRepository(() => ({ status: 400 })))).toContain("answers 400");
  });
});
