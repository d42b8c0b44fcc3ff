import { describe, expect, it } from "vitest";
import { addReferrer, listReferrers } from "../../../../src/adapters/registry/referrers.ts";
import { failureOf, inTurn, type Scripted, scriptedRepository } from "../../../support/registry/scripted-repository.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";
import { manifest } from "./manifest-of-layers.ts";

describe("what refers to an image", () => {
  const subject = described(types.manifest, Buffer.from(manifest()));
  const one = described(types.manifest, Buffer.from("one"));
  const two = described(types.manifest, Buffer.from("two"));
  const page = (manifests: readonly unknown[], link?: string): Scripted => ({
    status: 200,
    body: JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests }),
    headers: { "content-type": `${types.index}; charset=utf-8`, ...(link === undefined ? {} : { link }) },
  });
  const list = async (...answers: readonly Scripted[]): Promise<readonly unknown[] | string> => {
    const { repository } = scriptedRepository(inTurn(...answers));
    try {
      return (await listReferrers(repository, subject)).map(({ digest }) => digest);
    } catch (thrown) {
      return failureOf(Promise.reject(thrown));
    }
  };

  it("is on pages that lead to each other, of this registry alone", async () => {
    expect(await list(page([one], '</next?n=1>; rel="next"'), page([two]))).toEqual([one.digest, two.digest]);
    expect(await list(page([one], "</next>;rel=next"), page([two]))).toEqual([one.digest, two.digest]);
    expect(await list(page([one], '</next>; rel="prev"'))).toEqual([one.digest]);
    expect(await list(page([one], '<https://other.example.com/next>; rel="next"'))).toContain("REGISTRY_REDIRECT: ");
    expect(await list(page([one], '</next>; rel="next"'))).toContain("it has more than 100 pages");
  });

  it("is on a list under a tag where there is no API", async () => {
    const none: Scripted = { status: 404 };
    expect(await list(none, page([one]))).toEqual([one.digest]);
    expect(await list({ status: 405 }, page([one]))).toEqual([one.digest]);
    expect(await list({ status: 200, body: "<html>", headers: { "content-type": "text/html" } }, page([one]))).toEqual([
      one.digest,
    ]);
    expect(await list(none, none)).toEqual([]);
    const image: Scripted = { status: 200, body: manifest(), headers: { "content-type": types.manifest } };
    expect(await list(none, image)).toContain("not an index");
  });

  it("is refused, or no list", async () => {
    expect(await list({ status: 400 })).toContain("answers 400");
    const index = { "content-type": types.index };
    for (const body of ["{", "{}", '{"manifests":[{}]}']) {
      expect(await list({ status: 200, body, headers: index })).toContain("what it answers is no index");
    }
    expect(await list({ status: 200, body: "{", headers: index, fault: "slow" })).toContain("REGISTRY_SLOW*: ");
  });

  const annotations = { name: "one" };
  const referring = Buffer.from(manifest({ subject, artifactType: "application/x", annotations }));
  const referrer = { descriptor: described(types.manifest, referring), bytes: referring };

  it("is entered in that list, once, and looked for where somebody else writes it", async () => {
    const none: Scripted = { status: 404 };
    const add = async (...answers: readonly Scripted[]) => {
      const script = scriptedRepository(inTurn(...answers));
      const said = await failureOf(addReferrer(script.repository, referrer));
      return { said, methods: script.asked.map((line) => line.split(" ")[0]).join(" "), sent: script.sent };
    };
    const entered = await add(none, page([one]), { status: 201 }, page([one, referrer.descriptor]));
    expect([entered.said, entered.methods]).toEqual(["no failure", "GET GET PUT GET"]);
    expect(JSON.parse(entered.sent[2]?.toString() ?? "")).toEqual({
      schemaVersion: 2,
      mediaType: types.index,
      manifests: [one, { ...referrer.descriptor, artifactType: "application/x", annotations }],
    });
    expect((await add(none, page([referrer.descriptor]))).methods).toBe("GET GET");
    expect((await add(page([]))).methods).toBe("GET");
    const turn: readonly Scripted[] = [page([one]), { status: 201 }];
    const lost = await add(none, ...turn, ...turn, ...turn, page([one]));
    expect(lost.said).toContain("REGISTRY_UPLOAD*: cannot enter");
    expect(lost.methods).toBe("GET GET PUT GET PUT GET PUT GET");
    expect((await add(none, ...turn, ...turn, ...turn, page([referrer.descriptor]))).said).toBe("no failure");
  });

  it("is not entered where it refers to nothing", async () => {
    const bytes = Buffer.from(manifest());
    const script = scriptedRepository(() => "broken");
    await addReferrer(script.repository, { descriptor: described(types.manifest, bytes), bytes });
    expect(script.asked).toEqual([]);
  });
});
