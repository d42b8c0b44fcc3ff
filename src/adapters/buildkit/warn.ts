import { digestOf } from "../../formats/llb/definition.ts";
import { lineRangeOf } from "../../formats/llb/source-map.ts";
import type { Warning } from "../../frontend/engine.ts";
import type { GatewayClient } from "./client.ts";

/** Shows a warning at the end of the build, with the lines of its first file. */
export async function warn(client: GatewayClient, warning: Warning): Promise<void> {
  const file = warning.spans[0]?.file;
  const source = warning.sourceFiles?.find((candidate) => candidate.name === file);
  const ranges = warning.spans.filter((span) => span.file === file).map(lineRangeOf);
  const short = Buffer.from(warning.short);
  await client.call("Warn", {
    // Warnings belong to operations; this one belongs to the spec, so its name is made of its text.
    digest: digestOf(short),
    level: 1,
    short,
    detail: warning.detail.map((line) => Buffer.from(line)),
    ...(source === undefined ? {} : { info: { filename: source.name, data: source.bytes, language: "YAML" }, ranges }),
  });
}
