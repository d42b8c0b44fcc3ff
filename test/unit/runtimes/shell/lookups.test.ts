import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("starts what a script of the stage's own looks for, also by its functions and loops", async () => {
  const script = `need() { for tool in "$@"; do command -v "$tool" >/dev/null || exit 1; done; }
need tar ghost
type id
OTHERS=(sed nginx)
for other in "\${OTHERS[@]}"; do hash "$other"; done`;
  const found = (await trace(script)).matchAll(/^program \S+ \[\]: looks for (?<name>\w+) /gmu);
  expect(new Set([...found].map(({ groups }) => groups?.["name"]))).toEqual(new Set(["tar", "id", "sed", "nginx"]));
  const more = `//- /usr/bin/script 0755\n${script}\n`;
  expect(await trace("", { script: "/usr/bin/script", more })).not.toContain("looks for");
});

it("says nothing of what another shell does itself, where a script asks which one runs it", async () => {
  const script = 'if test -n "$KSH_VERSION"; then puts() { print -r -- "$*"; }; fi\nputs x\n';
  expect(await trace(script)).toBe("");
  expect(await trace("print -r -- x\n")).toContain("cannot find print");
});
