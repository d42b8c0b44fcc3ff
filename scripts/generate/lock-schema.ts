import { z } from "zod";
import { lockSchema } from "../../src/plan/lock.ts";

/** The JSON Schema of lock files. */
export function renderLockSchema(): Promise<string> {
  const { $schema, ...schema } = z.toJSONSchema(lockSchema, { target: "draft-2020-12" });
  return Promise.resolve(`${JSON.stringify({ $schema, $id: "urn:pith:lock:1", ...schema }, undefined, 2)}\n`);
}
