import { expect, it } from "vitest";
import { programsOfSettings, settingsIn } from "../../../src/languages/setting-commands.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const long = "x = 1\n".repeat(2 ** 18);
const root = fixtureRoot(`
//- /usr/bin/jq 0755 elf=x86_64
//- /app/long.ini
tool = jq -r .
${long}
//- /app/long.dat
${long}
//- /app/start 0755
#!/usr/bin/jq
//- /app/page.html
tool = jq -r .
`);
const files = processFiles(root);

it("reads the beginning of long settings, and tells that there is more", async () => {
  const { text, isCut } = await settingsIn(toAbsPath("/app/long.ini"), files);
  expect([text.length, isCut]).toEqual([2 ** 20, true]);
  expect((await settingsIn(toAbsPath("/app/long.dat"), files)).isCut).toBe(false);
  for (const path of ["/app/start", "/app/page.html", "/app", "/app/none"])
    expect(await settingsIn(toAbsPath(path), files)).toEqual({ text: "", isCut: false });
  const program = toAbsPath("/usr/bin/own");
  const findProgram = async (name: string) => Promise.resolve(name === "jq" ? toAbsPath("/usr/bin/jq") : undefined);
  const proc = { root, realProgram: program, findProgram };
  const isChosen = async () => Promise.resolve(false);
  const found = await programsOfSettings(toAbsPath("/app"), [], { proc, files, isChosen });
  expect(found.map((one) => ("need" in one ? one.need.path : one.unknown.what))).toEqual([
    "/usr/bin/jq",
    "the rest of long.ini",
  ]);
});
