import { parseArgs } from "node:util";
import { buildFrontendImage } from "./lib/frontend-image.ts";
import { projectVersion, say } from "./lib/project.ts";

const usage = "usage: npm run frontend:image -- --tag REF [--push] [--base REF]";

const { values } = parseArgs({
  options: {
    tag: { type: "string" },
    push: { type: "boolean", default: false },
    base: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help || values.tag === undefined) {
  say(usage);
  process.exitCode = values.help ? 0 : 2;
} else {
  await buildFrontendImage({
    tag: values.tag,
    push: values.push,
    version: projectVersion(),
    ...(values.base === undefined ? {} : { base: values.base }),
  });
  console.log(values.tag);
}
