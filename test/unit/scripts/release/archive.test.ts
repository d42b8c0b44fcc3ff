import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { layerFiles } from "../../../../scripts/lib/saved-image.ts";
import { packArchive } from "../../../../scripts/release/archive.ts";

test("an archive has npm's names, modes and time, and the same bytes each time", async () => {
  const files = [
    { name: "package.json", bytes: Buffer.from("{}") },
    { name: "pith.cjs", bytes: Buffer.from("program"), isProgram: true },
  ];
  const packed = packArchive(files);
  expect(packArchive(files)).toEqual(packed);
  const members = await layerFiles(gunzipSync(packed));
  expect(members.map(({ path, mode, uid, mtimeSeconds }) => [path, mode, uid, mtimeSeconds])).toEqual([
    ["/package/package.json", 0o644, 0, 499_162_500],
    ["/package/pith.cjs", 0o755, 0, 499_162_500],
  ]);
});
