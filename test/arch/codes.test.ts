import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { diagnosticCodes } from "../../src/diagnostics/codes.ts";

const root = new URL("../../", import.meta.url);

test("codes are sorted and each stands once", () => {
  expect(diagnosticCodes).toEqual([...new Set(diagnosticCodes)].toSorted());
});

test("each code has a page and each page a code", async () => {
  const pages = await readdir(new URL("docs/errors/", root));
  const codes = pages
    .filter((page) => page.endsWith(".md") && page !== "README.md")
    .map((page) => page.replace(/\.md$/, ""));
  expect(codes.toSorted()).toEqual([...diagnosticCodes]);
});

test("each page begins with its code and shows its output", async () => {
  const wrong: string[] = [];
  for (const code of diagnosticCodes) {
    const page = await readFile(new URL(`docs/errors/${code}.md`, root), "utf8").catch(() => "");
    const shown = new RegExp(`^${code}( \\(warning\\))?: `, "m").test(page);
    if (!page.startsWith(`# ${code}\n`) || !shown) wrong.push(code);
  }
  expect(wrong).toEqual([]);
});

test("each code is seen in a test", async () => {
  const files = await readdir(new URL("test/", root), { recursive: true, withFileTypes: true });
  let text = "";
  for (const file of files) {
    const path = `${file.parentPath}/${file.name}`;
    if (file.isFile() && /\.(ts|txt|snap|md)$/.test(file.name) && !path.includes("/arch/"))
      text += await readFile(path, "utf8");
  }
  const words = new Set(text.match(/\b[A-Z][A-Z0-9_]+\b/g));
  expect(diagnosticCodes.filter((code) => !words.has(code))).toEqual([]);
});
