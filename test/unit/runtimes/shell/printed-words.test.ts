import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("takes no text for what a command prints that goes elsewhere", async () => {
  const script = `tool() { echo tar >&2; echo sed > /tmp/x; echo cat | id; }\n$(tool) --version`;
  expect(await trace(script)).not.toMatch(/program \/usr\/bin\/(?:tar|sed|cat) /u);
});
