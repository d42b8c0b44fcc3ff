import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { groupDigits } from "../../diagnostics/numbers.ts";
import type { Chain } from "./chain.ts";
import type { LeakedSecret } from "./secrets/leaks.ts";
import type { SecretFile } from "./secrets/scan.ts";
import type { Violation } from "./violation.ts";

/** POLICY_FORBIDDEN at the entry of the policy, with where the path comes from. */
export function describeForbidden(
  { kind, path, what, others = [], remedy }: Violation,
  { pointer, chain }: { readonly pointer: string; readonly chain: Chain },
): Diagnostic {
  const more = others.length === 0 ? "" : ` and ${groupDigits(others.length)} more like it`;
  return {
    severity: "error",
    code: "POLICY_FORBIDDEN",
    message: `cannot ship ${path}${more}: policy forbids ${kind}, and ${what}${chain.text}`,
    hint: `${remedy}, or add {${others.length === 0 ? `path: ${path}` : `kind: ${kind}`}, because: "..."} to policy.allow`,
    pointer,
    ...originOf(chain),
  };
}

/**
 * SECRET_SHIPPED: an error at the entry of the policy that forbids it, otherwise a warning at what brought the file in.
 */
export function describeSecret(
  { path, what }: SecretFile,
  {
    chain,
    pointer,
    contextPath,
  }: { readonly chain: Chain; readonly pointer: string | undefined; readonly contextPath: string | undefined },
): Diagnostic {
  const exclude =
    contextPath === undefined ? "leave it out" : `add ${contextPath.slice(1)} to .dockerignore or to app.exclude`;
  const location = pointer ?? chain.origin;
  return {
    severity: pointer === undefined ? "warning" : "error",
    code: "SECRET_SHIPPED",
    message: `cannot keep ${path} secret: ${what}, and everybody who has the image can read it${chain.text}`,
    hint: `${exclude} and give it when the container starts, or add {path: ${path}, because: "..."} to policy.allow`,
    ...(location === undefined ? {} : { pointer: location }),
    ...(pointer === undefined ? {} : originOf(chain)),
  };
}

/** SECRET_LEAKED at the step that was given the secret. */
export function describeLeak(
  { path, id, form }: LeakedSecret,
  { pointer, chain }: { readonly pointer: string; readonly chain: Chain },
): Diagnostic {
  return {
    severity: "error",
    code: "SECRET_LEAKED",
    message: `cannot ship ${path}: it holds the build secret ${id} ${form}${chain.text}`,
    hint: "write the secret to no file in the step, or delete that file in it",
    pointer,
    ...originOf(chain),
  };
}

function originOf({ origin }: Chain): { readonly origin?: string } {
  return origin === undefined || origin === "" ? {} : { origin };
}
