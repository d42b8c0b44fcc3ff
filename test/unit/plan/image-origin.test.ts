import { expect, test } from "vitest";
import { baseLabel, type ImageOrigin, withOrigin } from "../../../src/plan/image-origin.ts";
import type { Spec } from "../../../src/spec/spec.ts";
import { parseText } from "../spec/parse-text.ts";

async function specOf(text: string): Promise<Spec> {
  const { value } = await parseText(text);
  if (value === undefined) throw new Error(`cannot parse ${text}`);
  return value;
}

/** The labels and annotations of a spec without their common start. */
async function keysOf(text: string, origin: ImageOrigin): Promise<object> {
  const { image } = withOrigin(await specOf(text), origin);
  const short = (texts: Readonly<Record<string, string>>): object =>
    Object.fromEntries(
      Object.entries(texts).map(([key, value]) => [key.replace("org.opencontainers.image.", ""), value]),
    );
  return { labels: short(image.labels), annotations: short(image.annotations) };
}

const asked = "binaries: [/bin/x]\nmetadata: {origin: true}\n";
const commit = "0123456789012345678901234567890123456789";
const origin = { revision: commit, source: "https://user:secret@host/shop.git", epochSeconds: 1_700_000_000 };

test("labels and annotations say which commit, time and image an image comes from, without a login", async () => {
  const all = {
    "base.name": "docker.io/library/debian:trixie-slim",
    created: "2023-11-14T22:13:20Z",
    revision: commit,
    source: "https://host/shop.git",
  };
  expect(await keysOf(`from: debian:trixie-slim\n${asked}`, origin)).toEqual({ labels: all, annotations: all });
});

test("what the spec states goes first, and is a label and an annotation", async () => {
  const stated = [
    "from: debian:13",
    "labels: {org.opencontainers.image.title: shop, org.opencontainers.image.source: https://own, other: x}",
    "annotations: {org.opencontainers.image.version: '2', org.opencontainers.image.title: shown}",
    asked,
  ].join("\n");
  const found = await keysOf(stated, { source: "https://host" });
  const common = { "base.name": "docker.io/library/debian:13", source: "https://own", version: "2" };
  expect(found).toEqual({
    labels: { ...common, title: "shop", other: "x" },
    annotations: { ...common, title: "shown" },
  });
});

test("nothing is said that nobody told, or that the spec does not ask for", async () => {
  const none = { labels: {}, annotations: {} };
  expect(await keysOf(`from: debian:13\nbinaries: [/bin/x]\n`, origin)).toEqual(none);
  expect(await keysOf(`from: scratch\n${asked}`, {})).toEqual(none);
  expect(await keysOf(`builders: {main: {from: tools}, tools: {from: debian:13}}\n${asked}`, {})).toEqual(none);
});

test("the digest of the base is a label, unless the spec has one", async () => {
  const key = "org.opencontainers.image.base.digest";
  const image = { name: "x", digest: "sha256:1" };
  expect(baseLabel(await specOf(`from: debian:13\n${asked}`), image)).toEqual({ [key]: "sha256:1" });
  expect(baseLabel(await specOf(`from: debian:13\n${asked}`), undefined)).toEqual({});
  expect(baseLabel(await specOf("from: debian:13\nbinaries: [/bin/x]\n"), image)).toEqual({});
  expect(baseLabel(await specOf(`from: debian:13\nlabels: {${key}: own}\n${asked}`), image)).toEqual({});
});
