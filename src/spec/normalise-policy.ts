import { policyKinds } from "./policy-kinds.ts";
import type { RawPolicy } from "./schema/policy.ts";
import { parseSize } from "./schema/texts.ts";
import type { AllowSpec, PolicySpec } from "./spec.ts";

/** A policy with its short forms expanded. */
export function toPolicy(raw: RawPolicy): PolicySpec {
  const { bytes, files, packages } = raw.max ?? {};
  const size = typeof bytes === "string" ? parseSize(bytes) : bytes;
  return {
    forbid: raw.forbid,
    allow: raw.allow.map(toAllow),
    max: {
      ...(size === undefined ? {} : { bytes: size }),
      ...(files === undefined ? {} : { files }),
      ...(packages === undefined ? {} : { packages }),
    },
    licenses: {
      forbid: raw.licenses?.forbid ?? [],
      ...(raw.licenses === undefined || raw.licenses.allow.length === 0 ? {} : { allow: raw.licenses.allow }),
    },
  };
}

function toAllow(raw: RawPolicy["allow"][number]): AllowSpec {
  if (typeof raw !== "string") return raw;
  const kind = policyKinds.find((known) => known === raw);
  return kind === undefined ? { path: raw } : { kind };
}
