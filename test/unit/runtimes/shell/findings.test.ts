import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("tells of programs that are not there, unless the script asks first", async () => {
  const script = `if command -v jq >/dev/null; then jq .; fi
[ -x /usr/bin/yq ] && /usr/bin/yq
psql
psql -l
/usr/bin/nothing`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "warning SHELL_COMMAND_MISSING: cannot find psql: line 3 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_MISSING: cannot find /usr/bin/nothing: line 5 of /entrypoint.sh runs it, not on the PATH of the builder"
  `);
});

it("tells of many computed commands of one script at once", async () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, at) => `"$one${at}"`).join("\n");
  expect((await trace(lines(3))).split("\n")).toHaveLength(3);
  expect(await trace(lines(30))).toBe(
    'warning SHELL_COMMAND_COMPUTED: cannot tell what line 1 of /entrypoint.sh runs: "$one0" is known only when it runs; and 29 more lines: 2, 3, 4, ...',
  );
});
