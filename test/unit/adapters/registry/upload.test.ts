import { describe, expect, it } from "vitest";
import { bytesContent } from "../../../../src/adapters/images/target.ts";
import { isStored, pushBlob } from "../../../../src/adapters/registry/upload.ts";
import { failureOf, inTurn, type Scripted, scriptedRepository } from "../../../support/registry/scripted-repository.ts";
import { describe as described, types } from "../../../support/registry/test-image.ts";

describe("a blob", () => {
  const bytes = Buffer.from("0123456789abcdefghijklmnopqrstuvwxyz");

  const blob = described(types.layer, bytes);

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
