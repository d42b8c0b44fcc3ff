import { expect, it } from "vitest";
import { build } from "../../../../src/frontend/build.ts";
import { wantedAttestations } from "../../../../src/plan/wanted-attestations.ts";
import type { MetadataSpec } from "../../../../src/spec/spec.ts";
import { recordingEngine } from "../../../support/fake-engine.ts";

function wanted(metadata: Omit<MetadataSpec, "packageDb">, option?: string): string {
  const options = new Map(option === undefined ? [] : [["attest:sbom", option]]);
  const { sboms, reasons, stated } = wantedAttestations({ packageDb: "auto", ...metadata }, options);
  return [...sboms, ...(reasons ? ["reasons"] : []), ...stated.map(({ pointer }) => `!${pointer}`)].join(" ");
}

it("attaches nothing to a plain build", () => {
  expect(wanted({})).toBe("");
  expect(wanted({}, "type=sbom,disabled=true")).toBe("");
});

it("attaches what --sbom asks for, always in the form that keeps the engine from running a scanner", () => {
  expect(wanted({}, "")).toBe("spdx reasons");
  expect(wanted({ sbom: "cyclonedx" }, "type=sbom")).toBe("cyclonedx spdx reasons !/metadata/sbom");
  expect(wanted({ sbom: "spdx3" }, "type=sbom")).toBe("spdx spdx3 reasons !/metadata/sbom");
  expect(wanted({ reasons: "none" }, "type=sbom")).toBe("spdx");
  expect(wanted({ sbom: "none" }, "type=sbom")).toBe("reasons");
});

it("leaves the work to a scanner that --sbom names", () => {
  expect(wanted({ sbom: "spdx" }, "type=sbom,generator=scanner:1")).toBe("reasons !/metadata/sbom");
});

it("attaches what the spec asks for in every build", () => {
  expect(wanted({ sbom: "spdx", reasons: "attestation" })).toBe("spdx reasons !/metadata/sbom !/metadata/reasons");
  expect(wanted({ reasons: "file" })).toBe("");
});

const asking = { "pith.yaml": "from: base:1\nbinaries: [/bin/x]\nmetadata: {sbom: cyclonedx, reasons: attestation}\n" };

it("gives the engine what to attach, and where its predicate lies", async () => {
  const { engine, warnings } = recordingEngine({ spec: asking });
  const { refs } = await build(engine, { files: [] });
  const attached = [...refs.values()].flatMap(({ attestations = [] }) => attestations);
  expect(attached.map(({ predicateType, path, reason }) => `${predicateType} ${path} ${reason}`)).toEqual([
    "https://cyclonedx.org/bom /sbom.cdx.json sbom",
    "urn:pith:reasons:1 /reasons.json reasons",
  ]);
  expect(warnings).toEqual([]);
});

it("warns of what the spec asks for where the store cannot keep it, and builds", async () => {
  const { engine, solved, warnings } = recordingEngine({ spec: asking });
  const { refs } = await build({ ...engine, keepsAttestations: false }, { files: [] });
  expect([...refs.values()].map(({ attestations }) => attestations)).toEqual([undefined]);
  expect(solved.filter((dump) => dump.includes("--print"))).toEqual([]);
  expect(warnings.map(({ short }) => short)).toEqual([
    "ATTESTATION_UNSUPPORTED: cannot attach the SBOM to the image: this engine's store keeps no attestations",
    "ATTESTATION_UNSUPPORTED: cannot attach the reasons to the image: this engine's store keeps no attestations",
  ]);
});
