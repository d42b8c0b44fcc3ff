import type { CapabilityName, PolicyKind } from "../../spec/policy-kinds.ts";
import { capabilities, capabilitiesOf } from "./capabilities.ts";
import type { ClassifiedFile, Identity } from "./classify.ts";
import type { Violation } from "./violation.ts";

/**
 * Programs with a capability that is forbidden, a file once for each. `required` are the files of the interpreter that
 * the spec declares: it is one by intent, and only that.
 */
export function findPrograms(
  files: readonly ClassifiedFile[],
  { forbidden, required }: { readonly forbidden: ReadonlySet<PolicyKind>; readonly required: ReadonlySet<string> },
): readonly Violation[] {
  return capabilities.flatMap(({ name, title }) => {
    if (!forbidden.has(name)) return [];
    return files.flatMap((file): readonly Violation[] => {
      if (!file.capabilities.includes(name) || (name === "interpreter" && required.has(file.path))) return [];
      const remedy = "leave out what asks for it";
      return [{ kind: name, path: file.path, what: `it is ${title} (${describe(file, name)})`, remedy }];
    });
  });
}

const shownIdentities = 4;

function describe(file: ClassifiedFile, name: CapabilityName): string {
  const identities = file.identities.filter(({ program }) => capabilitiesOf(program).includes(name));
  const shown = identities.slice(0, shownIdentities).map(proofOf);
  const rest = identities.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

const proofs: Readonly<Record<Identity["by"], string>> = {
  applet: "as one of its applets",
  content: "by its content",
  symlink: "by the link",
  name: "by its name",
  path: "by its place",
};

function proofOf({ program, by, link }: Identity): string {
  return [program, proofs[by], ...(link === undefined ? [] : [link])].join(" ");
}
