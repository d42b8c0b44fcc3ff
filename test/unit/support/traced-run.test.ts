import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readTraces } from "../../support/traced-run.ts";

it("reads what strace wrote: paths that were opened with their links followed, and programs", () => {
  const folder = mkdtempSync(join(tmpdir(), "pith-traces-"));
  try {
    const lines = [
      'execve("/usr/bin/tool", ["tool"], 0x7ffd /* 9 vars */) = 0',
      'execve("./own\\303\\251", ["a \\"b\\""], 0x7ffd /* 9 vars */) = 0',
      'openat(AT_FDCWD</app>, "/lib/libz.so.1", O_RDONLY|O_CLOEXEC) = 3</usr/lib/libz.so.1.3>',
      'open("a\\nb", O_RDONLY) = 4</app/a\\nb>',
      'openat(AT_FDCWD</app>, "x", O_RDONLY) = 5<pipe:[12]>',
      "+++ exited with 0 +++",
    ];
    writeFileSync(join(folder, "process.1"), lines.slice(0, 3).join("\n"));
    writeFileSync(join(folder, "process.2"), lines.slice(3).join("\n"));
    const { opened, executed } = readTraces(folder, "/app");
    expect([...executed]).toEqual(["/usr/bin/tool", "/app/owné"]);
    expect([...opened]).toEqual(["/usr/lib/libz.so.1.3", "/app/a\nb", "pipe:[12]"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
