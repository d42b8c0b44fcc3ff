/** The `$id` of the spec's schema: the address at which the published package has it. */
export const schemaAddress = "https://unpkg.com/pith-image@1/schema/pith.schema.json";
