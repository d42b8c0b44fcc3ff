import { expect, it } from "vitest";
import { fixtureRoot } from "../../../support/fixture.ts";
import { builder, traceIn } from "./trace-shell.ts";

it("takes $0 for the name that a script was started by, and for where links lead from it", async () => {
  const root = fixtureRoot(`${builder}
//- /entrypoint.sh -> /opt/app/bin/run
//- /opt/app/bin/tool 0755
//- /opt/app/bin/run 0755
exec "$(dirname "$0")/tool" "$(basename "$0")"
`);
  expect(await traceIn(root)).toMatchInlineSnapshot(`
    "file /opt/app/bin/tool: names /opt/app/bin/tool (line 1)
    program /opt/app/bin/tool [entrypoint.sh]: runs /opt/app/bin/tool (line 1)
    program /opt/app/bin/tool [run]: runs /opt/app/bin/tool (line 1)
    file /entrypoint.sh: names /entrypoint.sh (line 1)
    warning SHELL_COMMAND_MISSING: cannot find dirname: line 1 of /entrypoint.sh runs it, not on the PATH of the builder
    file /opt/app/bin/run: names /opt/app/bin/run (line 1)
    warning SHELL_COMMAND_MISSING: cannot find basename: line 1 of /entrypoint.sh runs it, not on the PATH of the builder"
  `);
});
