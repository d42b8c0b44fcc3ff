import type { Command } from "./command.ts";
import { audit } from "./commands/audit.ts";
import { build } from "./commands/build.ts";
import { completionOf } from "./commands/completion.ts";
import { copy } from "./commands/copy.ts";
import { diff } from "./commands/diff.ts";
import { explain } from "./commands/explain.ts";
import { init } from "./commands/init.ts";
import { inspect } from "./commands/inspect.ts";
import { lint } from "./commands/lint.ts";
import { push } from "./commands/push.ts";
import { resolve } from "./commands/resolve.ts";
import { saveRootFs } from "./commands/save-rootfs.ts";
import { schema } from "./commands/schema.ts";

/** Every subcommand, sorted by name. A new one is a file under `commands/` and a line here. */
export const commands: readonly Command[] = [
  audit,
  build,
  completionOf(() => commands),
  copy,
  diff,
  explain,
  init,
  inspect,
  lint,
  push,
  resolve,
  saveRootFs,
  schema,
];
