import { describe, expect, it } from "vitest";
import { bytesContent } from "../../../../src/adapters/images/target.ts";
import { getBlob, getManifest } from "../../../../src/adapters/registry/pull.ts";
import { putManifest } from "../../../../src/adapters/registry/push-manifest.ts";
import { addReferrer, listReferrers } from "../../../../src/adapters/registry/referrers.ts";
import { isStored, pushBlob } from "../../../../src/adapters/registry/upload.ts";
import { digestOf } from "../../../support/registry/memory-registry.ts";
import {
  failureOf,
  inTurn,
  type Scripted,
  type ScriptedRepository,
  scriptedRepository,
} from "../../../support/registry/scripted-repository.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";

const manifest = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: described(types.config, Buffer.from("{}")),
    layers: [],
    ...change,
  });

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

  it("is stored where its length is right", async () => {
    const stored = (answer: Scripted) => isStored(scriptedRepository(() => answer).repository, blob);
    expect(await stored({ status: 200 })).toBe(true);
    expect(await stored({ status: 200, headers: { "content-length": "36" } })).toBe(true);
    expect(await stored({ status: 200, headers: { "content-length": "35" } })).toBe(false);
    expect(await stored({ status: 404 })).toBe(false);
    expect(await failureOf(stored({ status: 400 }))).toContain("answers 400");
  });

  const upload = async (
    answers: readonly Scripted[],
    limits: Parameters<typeof scriptedRepository>[1] = {},
    content = bytesContent(bytes, "a test"),
  ): Promise<string> => {
    const script = scriptedRepository(inTurn(...answers), limits);
    const said = await failureOf(pushBlob(script.repository, blob, content));
    const lines = script.asked.map((line, index) => {
      const part = script.exchanges[index]?.headers["content-range"];
      const [method = "", url = ""] = line.split(" ");
      return [
        method,
        new URL(url).pathname + new URL(url).search.replace(/sha256%3A\w+/u, "DIGEST"),
        part,
        script.sent[index],
      ]
        .filter((one) => one !== undefined && one.length > 0)
        .join(" ");
    });
    return [...lines, ...(said === "no failure" ? [] : [said])].join("\n");
  };
  const opened: Scripted = { status: 202, headers: { location: "/u?s=1" } };
  const begin = "POST /v2/app/blobs/uploads/";
  const stream = { limits: { monolithicBytes: 0 } };

  it("is sent whole where it is small", async () => {
    expect(await upload([opened, { status: 201 }])).toBe(`${begin}\nPUT /u?s=1&digest=DIGEST ${bytes.toString()}`);
    expect(await upload([{ status: 202, headers: { location: "/u" } }, { status: 204 }])).toContain(
      "PUT /u?digest=DIGEST",
    );
    expect(await upload([opened, { status: 201 }], { limits: { monolithicBytes: 36 } })).toContain("PUT");
    expect(await upload([opened, { status: 400 }])).toContain("answers 400");
    expect(await upload([{ status: 200 }])).toContain("answers 200");
    const other = `sha256:${"0".repeat(64)}`;
    expect(await upload([opened, { status: 201, headers: { "docker-content-digest": other } }])).toContain(
      `the registry stored ${other}`,
    );
    expect(await upload([opened, { status: 201, headers: { "docker-content-digest": "sha512:0" } }])).not.toContain(
      "cannot",
    );
  });

  it("is sent in pieces that follow each other, each where the one before led", async () => {
    const accepted = (location: string, last?: string): Scripted => ({
      status: 202,
      headers: { location, ...(last === undefined ? {} : { range: last }) },
    });
    const parts = { limits: { monolithicBytes: 35, chunkBytes: 20 } };
    expect(await upload([opened, accepted("/u2", "0-19"), accepted("/u3", "bytes=0-35"), { status: 201 }], parts)).toBe(
      [
        begin,
        "PATCH /u?s=1 0-19 0123456789abcdefghij",
        "PATCH /u2 20-35 klmnopqrstuvwxyz",
        "PUT /u3?digest=DIGEST",
      ].join("\n"),
    );
    const silent: Scripted = { status: 202 };
    expect(await upload([opened, silent, silent, { status: 201 }], parts)).toBe(
      [
        begin,
        "PATCH /u?s=1 0-19 0123456789abcdefghij",
        "PATCH /u?s=1 20-35 klmnopqrstuvwxyz",
        "PUT /u?s=1&digest=DIGEST",
      ].join("\n"),
    );
    expect(await upload([opened, accepted("/u2"), { status: 201 }], stream)).toBe(
      [begin, `PATCH /u?s=1 ${bytes.toString()}`, "PUT /u2?digest=DIGEST"].join("\n"),
    );
    expect(await upload([opened, accepted("/u2", "0-9"), accepted("/u3", "0-35"), { status: 201 }], stream)).toContain(
      "PATCH /u2 10-35 abcdefghij",
    );
  });

  it("goes on after a break where the registry says that it was, in a new session where it forgot", async () => {
    const at = (range: string): Scripted => ({ status: 204, headers: { range, location: "/u4" } });
    const rest: Scripted = { status: 202, headers: { range: "0-35" } };
    expect(await upload([opened, "broken", at("0-9"), rest, { status: 201 }], stream)).toBe(
      [
        begin,
        `PATCH /u?s=1 ${bytes.toString()}`,
        "GET /u?s=1",
        "PATCH /u4 10-35 abcdefghijklmnopqrstuvwxyz",
        "PUT /u4?digest=DIGEST",
      ].join("\n"),
    );
    expect(await upload([opened, "broken", at("0-35"), { status: 201 }], stream)).toContain("GET /u?s=1\nPUT /u4?");
    // 0-0 is taken for nothing.
    expect(await upload([opened, "broken", at("0-0"), rest, { status: 201 }], stream)).toContain(
      `GET /u?s=1\nPATCH /u4 ${bytes.toString()}\nPUT`,
    );
    for (const forgot of [at("0-99"), { status: 404 } as const]) {
      expect(await upload([opened, "broken", forgot, opened, rest, { status: 201 }], stream)).toContain(
        `GET /u?s=1\n${begin}\nPATCH /u?s=1 ${bytes.toString()}\nPUT`,
      );
    }
    for (const status of [404, 410]) {
      expect(await upload([opened, { status }, opened, rest, { status: 201 }], stream)).toContain(`\n${begin}\nPATCH`);
    }
    expect(await upload([opened, { status: 403 }], stream)).toContain("REGISTRY_DENIED");
    expect(await upload([opened, { status: 400 }], stream)).toContain("answers 400");
    expect(await upload([opened, "slow"], stream)).toContain("REGISTRY_SLOW*: ");
  });

  it("is sent whole where a registry knows no pieces, and given up where it is lost again and again", async () => {
    for (const status of [405, 501]) {
      expect(await upload([opened, { status }, opened, { status: 201 }], stream)).toBe(
        [begin, `PATCH /u?s=1 ${bytes.toString()}`, begin, `PUT /u?s=1&digest=DIGEST ${bytes.toString()}`].join("\n"),
      );
    }
    const origin = { registry: "registry.example.com", repository: "base" };
    const content = { ...bytesContent(bytes, "a test"), origin };
    const mounted = await upload([opened, { status: 405 }, { status: 201 }], stream, content);
    expect(mounted.split("\n").map((line) => line.split(" ")[0])).toEqual(["POST", "PATCH", "POST"]);
    const lost = await upload([opened, { status: 404 }, { status: 404 }, opened, { status: 404 }, { status: 404 }], {
      limits: { sessions: 2 },
    });
    expect(lost).toContain("REGISTRY_UPLOAD*: cannot upload");
    expect(lost.split(begin)).toHaveLength(3);
  });

  it("waits before each session but the first", async () => {
    const slept = async (...answers: readonly Scripted[]): Promise<readonly number[]> => {
      const script = scriptedRepository(inTurn(...answers), { limits: { monolithicBytes: 0 } });
      await failureOf(pushBlob(script.repository, blob, bytesContent(bytes, "a test")));
      return script.slept;
    };
    const rest: Scripted = { status: 202, headers: { range: "0-35" } };
    expect(await slept(opened, rest, { status: 201 })).toEqual([]);
    // Half of 250 ms and half of its random part, then twice as much.
    expect(await slept(opened, { status: 404 }, opened, rest, { status: 201 })).toEqual([188]);
    expect(await slept(opened, { status: 404 }, opened, { status: 410 }, opened, rest, { status: 201 })).toEqual([
      188, 375,
    ]);
  });

  it("whose end broke is looked for", async () => {
    const path = `/v2/app/blobs/${blob.digest}`;
    expect(await upload([opened, "broken", { status: 200 }])).toContain(`HEAD ${path}`);
    expect(await upload([opened, { status: 404 }, { status: 404 }, opened, { status: 201 }])).toContain(
      `HEAD ${path}\n${begin}\nPUT`,
    );
    expect(await upload([opened, "slow"])).toContain("REGISTRY_SLOW*: ");
  });

  it("is taken from another repository of the same registry", async () => {
    const from = (registry: string, repository: string) => ({
      ...bytesContent(bytes, "a test"),
      origin: { registry, repository },
    });
    const mount = `${begin}?mount=DIGEST&from=base`;
    expect(await upload([{ status: 201 }], {}, from("registry.example.com", "base"))).toBe(mount);
    expect(await upload([opened, { status: 201 }], {}, from("registry.example.com", "base"))).toContain(
      `${mount}\nPUT`,
    );
    for (const [registry, repository] of [
      ["other.example.com", "base"],
      ["registry.example.com", "app"],
    ] as const) {
      expect(await upload([opened, { status: 201 }], {}, from(registry, repository))).toContain(`${begin}\nPUT`);
    }
  });

  it("of wrong bytes is never sent whole", async () => {
    for (const wrong of [Buffer.from(bytes).fill("X", 3, 4), bytes.subarray(0, 30), Buffer.concat([bytes, bytes])]) {
      for (const limits of [{}, stream]) {
        expect(await upload([opened, { status: 201 }], limits, bytesContent(wrong, "a test"))).toContain("BLOB_DIGEST");
      }
    }
  });
});

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
