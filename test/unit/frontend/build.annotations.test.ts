import { expect, it } from "vitest";
import { build } from "../../../src/frontend/build.ts";
import { recordingEngine } from "../../support/fake-engine.ts";

const main = "from: base:1\nbinaries: [/bin/x]\nannotations: {org.opencontainers.image.title: x}\n";

const spec = { "pith.yaml": `${main}targets:\n  other: {annotations: {a: b}}\n` };

it("gives the engine the annotations of the image that is built", async () => {
  const { engine, warnings } = recordingEngine({ spec });
  expect((await build(engine, { files: [] })).annotations).toEqual({ "org.opencontainers.image.title": "x" });
  expect(warnings).toEqual([]);
});

it("gives those of a target, and none for files", async () => {
  const other = recordingEngine({ spec, options: { target: "other" } });
  expect((await build(other.engine, { files: [] })).annotations).toMatchObject({ a: "b" });
  const files = recordingEngine({ spec, options: { target: "manifest" } });
  expect((await build(files.engine, { files: [] })).annotations).toBeUndefined();
});

it("warns where the store keeps no manifest", async () => {
  const { engine, warnings } = recordingEngine({ spec });
  await build({ ...engine, keepsAttestations: false }, { files: [] });
  expect(warnings.map(({ short, spans }) => `${spans[0]?.start.line} ${short}`)).toEqual([
    "3 ANNOTATION_UNSUPPORTED: cannot annotate the image: this engine's store keeps no manifest",
  ]);
});

const commit = "0123456789012345678901234567890123456789";

it("says which commit an image was built from, where the spec asks for it", async () => {
  const asked = { "pith.yaml": "from: base:1\nbinaries: [/bin/x]\nmetadata: {origin: true}\n" };
  const { engine, warnings } = recordingEngine({ spec: asked, options: { "vcs:revision": commit } });
  const { annotations, refs } = await build({ ...engine, keepsAttestations: false }, { files: [] });
  const known = {
    "org.opencontainers.image.base.name": "docker.io/library/base:1",
    "org.opencontainers.image.revision": commit,
  };
  expect(annotations).toEqual(known);
  const [config = new Uint8Array()] = [...refs.values()].map((one) => one.config);
  expect(JSON.parse(Buffer.from(config).toString("utf8"))).toMatchObject({ config: { Labels: known } });
  // They are labels too, so that nothing is lost.
  expect(warnings).toEqual([]);
});
