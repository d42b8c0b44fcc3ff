import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { reasonsPredicateType } from "../../inspect/manifest/reasons.ts";
import { type BillFormat, billFiles } from "../../inspect/sbom/sbom-files.ts";
import { openVexPredicateType } from "../../inspect/vex/findings.ts";
import type { MetadataSpec } from "../../spec/spec.ts";
import { type BuildContext, type PlatformBuild, showWarnings } from "../build-context.ts";
import type { Attestation, Engine } from "../engine.ts";
import { printInEngine, type Report, type ResolvedClosure } from "../resolve/closure-step.ts";
import { solveState } from "../solve.ts";
import { specPlaces } from "../spec-locations.ts";
import { stateVulnerabilities } from "./vex.ts";
import { isGivenList } from "./vulnerability-list.ts";

export const billPredicateTypes: Readonly<Record<BillFormat, string>> = {
  spdx: "https://spdx.dev/Document",
  cyclonedx: "https://cyclonedx.org/bom",
};

/** The format of the bill of materials: the spec's, or SPDX where it is silent or has none attached. */
export function billFormat({ spec }: Pick<BuildContext, "spec">): BillFormat {
  return spec.metadata.sbom === "cyclonedx" ? "cyclonedx" : "spdx";
}

/** What to attach. A plain build, of a spec that is silent, attaches nothing and pays for nothing. */
export interface WantedAttestations {
  readonly bills: readonly BillFormat[];
  readonly reasons: boolean;
  /** What the spec or a build argument asks for, as messages name it: it is worth a warning where it cannot be had. */
  readonly stated: readonly { readonly name: string; readonly pointer: string; readonly hint: string }[];
}

/**
 * Decides from the spec and `--sbom`. BuildKit runs a scanner of its own over the image unless the result has a bill in SPDX,
 * so that `--sbom` gets one whatever the spec's format; a scanner that it names is left to do its work.
 */
export function wantedAttestations(metadata: MetadataSpec, options: Engine["options"]): WantedAttestations {
  const option = options.get("attest:sbom");
  const fields = option?.split(",") ?? [];
  const isAsked = option !== undefined && !fields.includes("disabled=true");
  const namesScanner = isAsked && fields.some((field) => field.startsWith("generator="));
  const { sbom, reasons } = metadata;
  const bills = new Set<BillFormat>();
  if (isAsked && sbom !== "none") bills.add("spdx");
  if (sbom === "spdx" || sbom === "cyclonedx") bills.add(sbom);
  if (namesScanner) bills.delete("spdx");
  return {
    bills: [...bills].sort(),
    reasons: reasons === "attestation" || (reasons === undefined && isAsked),
    stated: [
      ...(sbom === "spdx" || sbom === "cyclonedx"
        ? [{ name: "the bill of materials", pointer: "/metadata/sbom", hint: "print it with --target sbom" }]
        : []),
      ...(reasons === "attestation"
        ? [{ name: "the reasons", pointer: "/metadata/reasons", hint: "ship them with `reasons: file`" }]
        : []),
      ...(metadata.vex !== false && isGivenList(options)
        ? [
            {
              name: "the statements about vulnerabilities",
              pointer: "/metadata/vex",
              hint: "print them with --target vex",
            },
          ]
        : []),
    ],
  };
}

/** True where nothing is attached to an image, so that its closure need not be there for printing. */
export function attachesNothing({ spec, engine }: Pick<BuildContext, "spec" | "engine">): boolean {
  const { bills, reasons } = wantedAttestations(spec.metadata, engine.options);
  const hasStatements = spec.metadata.vex !== false && isGivenList(engine.options);
  return !engine.keepsAttestations || (bills.length === 0 && !reasons && !hasStatements);
}

/** Has the engine make what is attached to one platform's image. Warns of what the spec asks for and the store cannot keep. */
export async function attestImage(build: PlatformBuild, closure: ResolvedClosure): Promise<readonly Attestation[]> {
  const wanted = wantedAttestations(build.spec.metadata, build.engine.options);
  if (!build.engine.keepsAttestations) {
    await showWarnings(
      build,
      wanted.stated.map((one) => notAttached(build, one)),
    );
    return [];
  }
  const bills = wanted.bills.map(async (format) =>
    attest(build, closure, {
      report: { kind: "sbom", path: format },
      predicateType: billPredicateTypes[format],
      path: `/${billFiles[format]}`,
      reason: "sbom",
    }),
  );
  const reasons = wanted.reasons
    ? [
        attest(build, closure, {
          report: { kind: "reasons", path: "", places: specPlaces(build) },
          predicateType: reasonsPredicateType,
          path: "/reasons.json",
          reason: "reasons",
        }),
      ]
    : [];
  return (await Promise.all([...bills, ...reasons, attestStatements(build, closure)])).flat();
}

/** The statements about vulnerabilities, where the build is given a list of them. */
async function attestStatements(build: PlatformBuild, closure: ResolvedClosure): Promise<readonly Attestation[]> {
  if (build.spec.metadata.vex === false) return [];
  const state = await stateVulnerabilities(build, closure);
  const ref = state === undefined ? undefined : await solveState(build, state);
  return ref === undefined ? [] : [{ predicateType: openVexPredicateType, path: "/vex.json", reason: "vex", ref }];
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
