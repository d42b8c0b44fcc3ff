import type { SpecLocation, SpecLocations } from "../inspect/manifest/reasons.ts";
import type { Spec } from "../spec/spec.ts";
import type { BuildContext } from "./build-context.ts";

/** The place of everything in the spec that a reason can name. */
export function specLocations(context: Pick<BuildContext, "spec" | "spanOf" | "isWritten">): SpecLocations {
  const { spec } = context;
  return Object.fromEntries(
    pointersOf(spec).map(({ pointer, key }): readonly [string, SpecLocation] => {
      const span = context.spanOf(pointer);
      const isDefault = pointer !== "" && !context.isWritten(pointer);
      return [pointer, { place: `${span.file}:${String(span.start.line)}`, key, isDefault }];
    }),
  );
}

interface NamedPointer {
  readonly pointer: string;
  readonly key: string;
}

function pointersOf(spec: Spec): readonly NamedPointer[] {
  const list = (key: string, values: readonly unknown[]): readonly NamedPointer[] =>
    values.map((_, index) => ({ pointer: `/${key.replace(".", "/")}/${String(index)}`, key }));
  return [
    { pointer: "", key: "" },
    { pointer: "/interpreter", key: "interpreter" },
    { pointer: "/app", key: "app" },
    { pointer: "/builders/main/from", key: "from" },
    { pointer: "/system", key: "system" },
    ...Object.keys(spec.system).map((key) => ({ pointer: `/system/${key}`, key: `system.${systemKeys[key] ?? key}` })),
    ...imageKeys.map((key) => ({ pointer: `/image/${key}`, key })),
    { pointer: "/metadata/package-db", key: "metadata.package-db" },
    { pointer: "/metadata/reasons", key: "metadata.reasons" },
    ...list("binaries", spec.binaries),
    ...list("libraries", spec.libraries),
    ...spec.files.map((file, index) => ({ pointer: `/files/${String(index)}`, key: `files: ${file.path}` })),
    ...list("closure.include", spec.closure.include),
    ...list("closure.exclude", spec.closure.exclude),
  ];
}

const systemKeys: Readonly<Record<string, string>> = { locales: "locale" };
const imageKeys = ["entrypoint", "cmd", "env", "workdir", "user", "accounts", "healthcheck"] as const;
