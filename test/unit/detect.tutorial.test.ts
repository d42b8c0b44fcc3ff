import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { projectFolder } from "../../scripts/lib/project.ts";
import { pith } from "../support/command-line.ts";

const text = readFileSync(join(projectFolder, "docs/guides/tutorial.md"), "utf8");
const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gmu)].map(([, language = "", code = ""]) => ({
  language,
  code,
}));
const folder = mkdtempSync(join(tmpdir(), "pith-tutorial-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the tutorial's application becomes the spec that it shows", async () => {
  const [setUp] = blocks.filter(({ language }) => language === "sh");
  execFileSync("sh", ["-e", "-c", setUp?.code ?? "exit 1"], { cwd: folder });
  const read = (name: string): string => readFileSync(join(folder, "hello", name), "utf8");
  const files = { "requirements.txt": read("requirements.txt"), "app.py": read("app.py") };
  const { out } = await pith(["init", "--print", "--schema", "none"], { files });
  const written = out
    .split("\n")
    .map((line) => (line.startsWith("# syntax") ? line : line.replace(/\s*(?:^|\s\s)#.*$/u, "")))
    .filter((line) => line !== "");
  const [shown, policy] = blocks.filter(({ language }) => language === "yaml");
  expect(`${written.join("\n")}\n`).toBe(shown?.code);
  const spec = `${shown?.code ?? ""}${policy?.code ?? ""}`;
  expect((await pith(["lint"], { files: { ...files, "pith.yaml": spec } })).err).toBe("pith.yaml: fine\n");
  const mistake = await pith(["lint"], {
    files: { ...files, "pith.yaml": spec.replace(/^cmd: .*$/mu, "cmd: python app.py") },
  });
  const [answer] = blocks.filter(({ language }) => language === "text");
  for (const line of (answer?.code ?? "").trim().split("\n")) expect(mistake.err).toContain(line);
});
