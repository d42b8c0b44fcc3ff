import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import { fc, test } from "@fast-check/vitest";
import { fromJSON } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { expect } from "vitest";
import { precompileProtos } from "../../../../scripts/lib/precompiled-protos.ts";
import { serviceName } from "../../../../src/adapters/buildkit/client.ts";
import gatewayJson from "../../../../src/adapters/buildkit/gateway.gen.json" with { type: "json" };

const options = { keepCase: true, longs: String, defaults: true };
const protos: object = gatewayJson;

interface Method {
  readonly path: string;
  readonly requestSerialize: (value: object) => Uint8Array;
  readonly responseDeserialize: (bytes: Uint8Array) => object;
}

function precompiled(): Readonly<Record<string, Method>> {
  const exported: { fromJSON?: (json: object, how: object) => Readonly<Record<string, Record<string, Method>>> } = {};
  const wrapped = `(function (require, exports) {${precompileProtos(gatewayJson, serviceName)}})`;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the line above
  const run = runInThisContext(wrapped) as (require: NodeJS.Require, exports: object) => void;
  run(createRequire(createRequire(import.meta.url).resolve("@grpc/proto-loader")), exported);
  return exported.fromJSON?.({}, options)[serviceName] ?? {};
}

const loaded = fromJSON(protos, options)[serviceName] ?? {};
const methods = precompiled();
const described = protobuf.Root.fromJSON(protos).resolveAll().lookup(serviceName);
if (!(described instanceof protobuf.Service) || "format" in loaded) throw new Error("no service");

/** Values of a message as the program gives them: some fields, of their types. */
function valuesOf(type: protobuf.Type, depth: number): fc.Arbitrary<object> {
  const fields = type.fieldsArray.map((field) => {
    const { resolvedType } = field.resolve();
    if (resolvedType instanceof protobuf.Type && depth === 0) return [];
    const one = resolvedType instanceof protobuf.Type ? valuesOf(resolvedType, depth - 1) : scalars[field.type];
    if (one === undefined) throw new Error(`no values for ${field.type}`);
    if (field instanceof protobuf.MapField) return [[field.name, fc.dictionary(fc.string(), one, { maxKeys: 3 })]];
    return [[field.name, field.repeated ? fc.array(one, { maxLength: 3 }) : one]];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- pairs of names and arbitraries
  const model = Object.fromEntries(fields.flat()) as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(model, { requiredKeys: [] });
}

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ unit: "grapheme" }),
  bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  bool: fc.boolean(),
  int32: fc.integer(),
  uint32: fc.nat(),
  int64: fc.maxSafeInteger(),
};

test("has every method at its path", () => {
  expect(Object.keys(methods)).toEqual(described.methodsArray.map(({ name }) => name));
  expect(Object.values(methods).map(({ path }) => path)).toEqual(Object.values(loaded).map(({ path }) => path));
});

test.each(described.methodsArray.map((method) => [method.name, method] as const))(
  "%s: the bytes and values of proto-loader",
  (name, { resolvedRequestType, resolvedResponseType }) => {
    const own = methods[name];
    const other = loaded[name];
    if (own === undefined || other === undefined || resolvedRequestType === null || resolvedResponseType === null) {
      throw new Error("no method");
    }
    fc.assert(
      fc.property(valuesOf(resolvedRequestType, 3), (request) => {
        expect(own.requestSerialize(request)).toEqual(other.requestSerialize(request));
      }),
    );
    fc.assert(
      fc.property(valuesOf(resolvedResponseType, 3), (response) => {
        const bytes = other.responseSerialize(response);
        expect(own.responseDeserialize(bytes)).toEqual(other.responseDeserialize(bytes));
      }),
    );
  },
);
