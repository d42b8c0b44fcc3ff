import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { decodesByName } from "../../../../src/runtimes/python/codecs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { pythonSkeleton } from "../../../../src/runtimes/python/skeleton.ts";
import { closureOf } from "../../../support/closure.ts";

async function codecsOf(source: string): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/lib/python3.13/encodings/utf_8.py
//- /usr/lib/python3.13/encodings/shift_jis.py
//- /app/app.py
${source}
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      prune: "reachable",
      stdlib: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  return entries.flatMap(({ path }) => /encodings\/(\w+)\.py$/u.exec(path)?.[1] ?? []);
}

test.each([
  'rows[0].decode(row["encoding"])',
  'open("a.txt", encoding=code)',
  "open(path, 'r', encoding = settings.charset)",
  "text.encode(self.charset, 'replace')",
  "codecs.lookup(name)",
  "str(data, self.charset)",
  "data.decode(enc)",
])(
  "at reachable, an application that decodes by a name which only the run tells has every encoding: %s",
  async (source) => {
    expect(await codecsOf(source)).toContain("shift_jis");
    expect(decodesByName(pythonSkeleton(source, { isTraced: true }) ?? "")).toBe(true);
  },
);

test.each([
  'text.decode("utf-8")',
  "open(path, encoding='utf-8')",
  "open(path, encoding=None)",
  "text.decode(errors='ignore', encoding='utf-8')",
  "jwt.encode(payload, key)",
  'codecs.lookup("utf-8")',
])("an encoding that is written down brings no other: %s", async (source) => {
  expect(await codecsOf(source)).not.toContain("shift_jis");
});

test.each([
  `FEED = '<?xml version="1.0" encoding="Shift_JIS"?><a/>'`,
  "compile(b'# -*- coding: shift_jis -*-\\n', 'a', 'exec')",
  `//- /app/feed.xml
<?xml version='1.0' encoding='shift_jis'?><a/>`,
])("at reachable, what an application declares to be in an encoding brings it: %s", async (source) => {
  expect(await codecsOf(source)).toContain("shift_jis");
});
