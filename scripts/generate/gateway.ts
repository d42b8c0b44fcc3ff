import { readFile } from "node:fs/promises";
import protobuf from "protobufjs";

/** The gateway's protos as JSON, so that a frontend starts without parsing proto text. */
export async function renderGatewayJson(): Promise<string> {
  return `${JSON.stringify(sorted((await loadGateway()).toJSON()), undefined, 1)}\n`;
}

/** Types of the messages as proto-loader gives and takes them with the options of src/adapters/buildkit/client.ts. */
export async function renderGatewayTypes(): Promise<string> {
  const root = await loadGateway();
  root.resolveAll();
  const types = allTypes(root).toSorted((left, right) => (left.name < right.name ? -1 : 1));
  return [
    "// Made by scripts/generate.ts from proto/; do not edit.",
    "",
    ...types.flatMap((type) => [
      ...declare(type, type.name, receivedField),
      "",
      `/** The input form of ${type.name}; absent fields have their default value. */`,
      ...declare(type, `${type.name}Init`, givenField),
      "",
    ]),
    "/** Requests and responses by method. */",
    "export interface GatewayMethods {",
    ...root
      .lookupService("moby.buildkit.v1.frontend.LLBBridge")
      .methodsArray.toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map(
        ({ name, requestType, responseType }) =>
          `  readonly ${name}: { readonly request: ${requestType}Init; readonly response: ${responseType} };`,
      ),
    "}",
    "",
  ].join("\n");
}

/** Types by last name, which is unique among ours. */
function allTypes(parent: protobuf.NamespaceBase): protobuf.Type[] {
  return parent.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Type) return [nested];
    return nested instanceof protobuf.Namespace && !(nested instanceof protobuf.Service) ? allTypes(nested) : [];
  });
}

function declare(type: protobuf.Type, name: string, field: (field: protobuf.Field) => string): string[] {
  if (type.fieldsArray.length === 0) return [`export type ${name} = Readonly<Record<string, never>>;`];
  return [`export interface ${name} {`, ...type.fieldsArray.map((one) => `  readonly ${field(one)};`), "}"];
}

function receivedField(field: protobuf.Field): string {
  const message = field.resolvedType?.name;
  const scalar =
    message ?? { bytes: "Uint8Array", int64: "string", string: "string", bool: "boolean" }[field.type] ?? "number";
  if (field instanceof protobuf.MapField) return `${field.name}: Readonly<Record<string, ${scalar}>>`;
  if (field.repeated) return `${field.name}: readonly ${scalar}[]`;
  if (field.partOf !== null) return `${field.name}?: ${scalar}`;
  return `${field.name}: ${scalar}${message === undefined ? "" : " | null"}`;
}

function givenField(field: protobuf.Field): string {
  const message = field.resolvedType === null ? undefined : `${field.resolvedType.name}Init`;
  const scalar = message ?? { bytes: "Uint8Array", string: "string", bool: "boolean" }[field.type] ?? "number";
  if (field instanceof protobuf.MapField) return `${field.name}?: Readonly<Record<string, ${scalar}>>`;
  return `${field.name}?: ${field.repeated ? "readonly " : ""}${scalar}${field.repeated ? "[]" : ""}`;
}

async function loadGateway(): Promise<protobuf.Root> {
  const root = new protobuf.Root();
  for (const name of ["gateway", "source", "stat", "status"]) {
    const text = await readFile(new URL(`../../proto/${name}.proto`, import.meta.url), "utf8");
    protobuf.parse(text, root, { keepCase: true });
  }
  return root;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, content]) => [key, sorted(content)]),
  );
}
