import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it.each([
  `while IFS= read -r -d '' hook; do . "$hook"; done < <(find /etc/hooks -name '*.sh' -print0 | sort -z)`,
  `find /etc/hooks -name '*.sh' | sort | while read -r hook; do . "$hook"; done`,
  `while read -r hook; do . "$hook"; done <<< "$(ls /etc/hooks/*.sh)"`,
])("follows what a loop reads of the names that a command prints: %s", async (script) => {
  const found = await trace(script, { more: "//- /etc/hooks/10-own.sh\ntar --version\n" });
  expect(found).toContain("module /etc/hooks/10-own.sh: reads");
});
