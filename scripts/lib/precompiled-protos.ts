import { createRequire } from "node:module";
import type * as protobufjs from "protobufjs";

/** The code of protobufjs, before it is compiled. */
interface Code {
  toString(): string;
}

/** The parts of protobufjs that write code. They are exported, but not declared. */
interface Writers {
  encoder(type: protobufjs.Type): Code;
  decoder(type: protobufjs.Type): Code;
  readonly converter: { fromObject(type: protobufjs.Type): Code; toObject(type: protobufjs.Type): Code };
}

// The protobufjs of proto-loader, which has another version than the one that tests read with.
const loaderRequire = createRequire(createRequire(import.meta.url).resolve("@grpc/proto-loader"));

/**
 * A module that stands for `@grpc/proto-loader` where only one service of `json` is called: protobufjs writes functions
 * that read and write each message, and has them compiled, in every start anew. Here they are written once. Requests
 * are only written, and responses only read.
 */
export function precompileProtos(json: protobufjs.INamespace, serviceName: string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the module that proto-loader requires
  const protobuf = loaderRequire("protobufjs") as typeof protobufjs & Writers;
  const root = protobuf.Root.fromJSON(json);
  root.resolveAll();
  const methods = root.lookupService(serviceName).methodsArray;
  const written = reachable(methods.map((method) => method.resolvedRequestType));
  const read = reachable(methods.map((method) => method.resolvedResponseType));
  const types = [...new Set([...written, ...read])];
  const nameOf = (type: protobufjs.Type | null): string => `t${String(types.findIndex((found) => found === type))}`;
  const write = (type: protobufjs.Type): string => {
    const fields = type.fieldsArray.map(({ resolvedType }) =>
      isMessage(resolvedType) ? nameOf(resolvedType) : "null",
    );
    const functions: Readonly<Record<string, Code>> = {
      ctor: protobuf.Type.generateConstructor(type),
      ...(written.has(type)
        ? { fromObject: protobuf.converter.fromObject(type), encode: protobuf.encoder(type) }
        : undefined),
      ...(read.has(type) ? { decode: protobuf.decoder(type), toObject: protobuf.converter.toObject(type) } : undefined),
    };
    const lines = Object.entries(functions).map(([key, code]) => `${nameOf(type)}.${key} = ${code.toString()};`);
    return ["{", `const types = [${fields.join(", ")}];`, ...lines, "}"].join("\n");
  };
  return [
    `const { Reader, Writer, util } = require("protobufjs/minimal");`,
    ...types.map((type) => `const ${nameOf(type)} = {};`),
    ...types.map(write),
    `const method = (path, request, response) => (options) => ({
  path,
  requestSerialize: (value) => request.encode(request.fromObject(value)).finish(),
  responseDeserialize: (bytes) => response.toObject(response.decode(bytes), options),
});`,
    ...methods.map(
      ({ name, resolvedRequestType, resolvedResponseType }) =>
        `const m${name} = method("/${serviceName}/${name}", ${nameOf(resolvedRequestType)}, ${nameOf(resolvedResponseType)});`,
    ),
    `exports.fromJSON = (_, options) => ({ "${serviceName}": {
${methods.map(({ name }) => `  ${name}: m${name}(options),`).join("\n")}
} });`,
  ].join("\n");
}

function isMessage(type: protobufjs.Type | protobufjs.Enum | null): type is protobufjs.Type {
  return type !== null && "fieldsArray" in type;
}

/** The messages, and those in their fields. */
function reachable(messages: readonly (protobufjs.Type | null)[]): ReadonlySet<protobufjs.Type> {
  const found = new Set<protobufjs.Type>();
  const visit = (type: protobufjs.Type | protobufjs.Enum | null): void => {
    if (!isMessage(type)) {
      if (type !== null) throw new Error(`${type.fullName}: enums are not precompiled`);
      return;
    }
    if (found.has(type)) return;
    found.add(type);
    for (const field of type.fieldsArray) visit(field.resolve().resolvedType);
  };
  messages.forEach(visit);
  return found;
}
