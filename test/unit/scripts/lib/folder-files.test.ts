import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { folderFiles } from "../../../../scripts/lib/folder-files.ts";
import { figuresOf } from "../../../../scripts/lib/image-statistics.ts";

it("a folder is counted as an image is", () => {
  const folder = mkdtempSync(join(tmpdir(), "pith-figures-"));
  try {
    const write = (path: string, text: string, mode = 0o644): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      chmodSync(join(folder, path), mode);
    };
    write("usr/bin/dash", "\u007fELF program", 0o755);
    symlinkSync("dash", join(folder, "usr/bin/sh"));
    write("opt/run", "#!/bin/sh\n", 0o755);
    write("opt/data", "12345", 0o755);
    linkSync(join(folder, "opt/data"), join(folder, "opt/twin"));
    write("var/lib/dpkg/info/dash.list", "/.\n/usr/bin/dash\n");
    write("app/node_modules/one/package.json", "{}");
    const before = figuresOf(folderFiles(folder));
    expect(before.figures).toEqual({
      bytes: 12 + 10 + 5 + 17 + 2,
      files: 6,
      packages: 2,
      executables: 2,
      shells: 2,
    });
    // Another tree is counted by the same packages.
    const after = figuresOf(
      folderFiles(join(folder, "usr/..")).filter(({ path }) => path === "/usr/bin/dash"),
      before.owners,
    );
    expect(after.figures).toEqual({ bytes: 12, files: 1, packages: 1, executables: 1, shells: 1 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
