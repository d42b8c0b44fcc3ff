import { expect, test } from "vitest";
import { z } from "zod";
import { printCsaf } from "../../../../src/inspect/vex/csaf.ts";
import { printCycloneDxVex } from "../../../../src/inspect/vex/cyclonedx-vex.ts";
import { parseFileLists, printFileLists } from "../../../../src/inspect/vex/evidence.ts";
import { printOpenVex } from "../../../../src/inspect/vex/openvex.ts";
import { readStatements } from "../../../../src/inspect/vex/read-statements.ts";
import { defaultEpochSeconds } from "../../../../src/plan/options.ts";
import { many, options, statements } from "./sample-statements.ts";

const formats = { openvex: printOpenVex, csaf: printCsaf, cyclonedx: printCycloneDxVex };

const lists = parseFileLists(JSON.parse(printFileLists(statements))) ?? new Map<string, readonly string[]>();

test.each(Object.entries(formats))("says in %s what the statements are, and what they stand on", (_, printed) => {
  const read = readStatements(JSON.parse(printed(statements, options)), lists);
  expect(read).toEqual(
    statements.map(({ vulnerability, purls, justification, evidence }) => ({
      vulnerability: vulnerability.id,
      purls,
      justification,
      evidence,
    })),
  );
  expect(printed(statements, options)).toBe(printed(statements, options));
});

test.each(Object.entries(formats))("%s is signed by the image's vendor, or by Pith", (_, printed) => {
  expect(printed(statements, options)).toContain('"name": "Example"'.slice(printed === printOpenVex ? 8 : 0));
  const plain = printed(statements, { ...options, subject: {}, epochSeconds: defaultEpochSeconds });
  expect(plain).toContain('"Pith"');
  // A time that nobody gave is told as one.
  expect(plain).toMatch(/SOURCE_DATE_EPOCH/u);
});

test("long lists of files stand once beside the statements, and only as what their digest says", () => {
  const text = printFileLists([...statements, ...statements]);
  expect(text.split("/usr/share/gone/07")).toHaveLength(2);
  expect(printOpenVex(statements, options)).not.toContain("/usr/share/gone/07");
  expect([...lists.values()]).toEqual([many]);
  expect(parseFileLists(JSON.parse(text.replace("/usr/share/gone/07", "/usr/share/gone/x")))).toEqual(new Map());
  expect(parseFileLists({ version: 2, lists: {} })).toBeUndefined();
  const [, , long] = readStatements(JSON.parse(printOpenVex(statements, options)), new Map()) ?? [];
  expect(long?.evidence).toBeUndefined();
});

/** OpenVEX 0.2.0's schema: no other keys, and a justification or an impact, never both. */
test("OpenVEX has the keys of its schema alone", () => {
  const document = z
    .strictObject({
      "@context": z.string(),
      "@id": z.string(),
      author: z.string(),
      role: z.string(),
      timestamp: z.iso.datetime(),
      version: z.literal(1),
      tooling: z.string(),
      statements: z
        .array(
          z.strictObject({
            vulnerability: z.strictObject({ name: z.string(), aliases: z.array(z.string()).optional() }),
            products: z.array(
              z.strictObject({ "@id": z.string(), subcomponents: z.array(z.strictObject({ "@id": z.string() })) }),
            ),
            status: z.literal("not_affected"),
            status_notes: z.string(),
            justification: z.string(),
          }),
        )
        .min(1),
    })
    .safeParse(JSON.parse(printOpenVex(statements, options)));
  expect(document.error).toBeUndefined();
});

test("CycloneDX names components that it has, and excludes them", () => {
  const schema = z.object({
    components: z.array(z.object({ "bom-ref": z.string(), scope: z.literal("excluded"), name: z.string() })),
    vulnerabilities: z.array(z.object({ affects: z.array(z.object({ ref: z.string() })) })),
  });
  const { components, vulnerabilities } = schema.parse(JSON.parse(printCycloneDxVex(statements, options)));
  const refs = components.map((one) => one["bom-ref"]);
  expect(components.map(({ name }) => name)).toEqual(["gone", "tool"]);
  const named = vulnerabilities.flatMap(({ affects }) => affects.map(({ ref }) => ref));
  expect(named.filter((ref) => !refs.includes(ref))).toEqual([]);
});
