import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { reasonsPredicateType } from "../../inspect/manifest/reasons.ts";
import { fileListsName, fileListsPredicateType, openVexPredicateType } from "../../inspect/vex/findings.ts";
import { imageSubject } from "../../plan/image-subject.ts";
import { type SbomFormat, sbomFiles, sbomPredicateTypes, toSbomFormat } from "../../plan/sbom-files.ts";
import { isGivenList, type WantedAttestations, wantedAttestations } from "../../plan/wanted-attestations.ts";
import { type BuildContext, type PlatformBuild, showWarnings } from "../build-context.ts";
import type { Attestation } from "../engine.ts";
import { printInEngine, type Report, type ResolvedClosure } from "../resolve/closure-step.ts";
import { solveState } from "../solve.ts";
import { specLocations } from "../spec-locations.ts";
import { stateVulnerabilities } from "./vex.ts";

/** The format of the SBOM: the spec's, or SPDX where it is silent or has none attached. */
export function sbomFormat({ spec }: Pick<BuildContext, "spec">): SbomFormat {
  return toSbomFormat(spec.metadata.sbom) ?? "spdx";
}

/** The SBOM of an image, by the name that the spec and the build give it. */
export function sbomReport({ spec, options }: Pick<BuildContext, "spec" | "options">, format: SbomFormat): Report {
  return { kind: "sbom", path: format, subject: imageSubject(spec, options.labels) };
}

/** True where nothing is attached to an image, so that its closure need not be there for printing. */
export function attachesNothing({ spec, engine }: Pick<BuildContext, "spec" | "engine">): boolean {
  const { sboms, reasons } = wantedAttestations(spec.metadata, engine.options);
  const hasStatements = spec.metadata.vex !== false && isGivenList(engine.options);
  return !engine.keepsAttestations || (sboms.length === 0 && !reasons && !hasStatements);
}

/**
 * Has the engine make what is attached to one platform's image. Warns of what the spec asks for and the store cannot
 * keep.
 */
export async function attestImage(build: PlatformBuild, closure: ResolvedClosure): Promise<readonly Attestation[]> {
  const wanted = wantedAttestations(build.spec.metadata, build.engine.options);
  if (!build.engine.keepsAttestations) {
    await showWarnings(
      build,
      wanted.stated.map((one) => notAttached(build, one)),
    );
    return [];
  }
  const sboms = wanted.sboms.map(async (format) =>
    attest(build, closure, {
      report: sbomReport(build, format),
      predicateType: sbomPredicateTypes[format],
      path: `/${sbomFiles[format]}`,
      reason: "sbom",
    }),
  );
  const reasons = wanted.reasons
    ? [
        attest(build, closure, {
          report: { kind: "reasons", path: "", locations: specLocations(build) },
          predicateType: reasonsPredicateType,
          path: "/reasons.json",
          reason: "reasons",
        }),
      ]
    : [];
  return (await Promise.all([...sboms, ...reasons, attestStatements(build, closure)])).flat();
}

/** The statements about vulnerabilities, where the build is given a list of them. */
async function attestStatements(build: PlatformBuild, closure: ResolvedClosure): Promise<readonly Attestation[]> {
  if (build.spec.metadata.vex === false) return [];
  const state = await stateVulnerabilities(build, closure);
  const ref = state === undefined ? undefined : await solveState(build, state);
  if (ref === undefined) return [];
  return [
    { predicateType: openVexPredicateType, path: "/vex.json", reason: "vex", ref },
    { predicateType: fileListsPredicateType, path: `/${fileListsName}`, reason: "vex", ref },
  ];
}

async function attest(
  build: PlatformBuild,
  closure: ResolvedClosure,
  { report, ...attestation }: Omit<Attestation, "ref"> & { readonly report: Report },
): Promise<Attestation> {
  const ref = await solveState(build, await printInEngine(build, closure, report));
  invariant(ref !== undefined, `printing ${report.kind} left no output`);
  return { ...attestation, ref };
}

function notAttached(build: PlatformBuild, { name, pointer, hint }: WantedAttestations["stated"][number]): Diagnostic {
  return {
    severity: "warning",
    code: "ATTESTATION_UNSUPPORTED",
    message: `cannot attach ${name} to the image: this engine's store keeps no attestations`,
    hint: `use the containerd image store, or ${hint}`,
    span: build.spanOf(pointer),
  };
}
