import { expect, test } from "vitest";
import { readIndex } from "../../../../src/frontend/lock/archive-digests.ts";

const index = `Package: a
Architecture: all
Version: 1:2
SHA256: 11
Package: a
Architecture: all
Version: 1:3
SHA256: 12
Package: two
Architecture: amd64
Version: 1
SHA256: 21
Package: two
Architecture: i386
Version: 1
SHA256: 22
Package: installed-alone
Architecture: amd64
Version: 1
`;

test("digests are those of the versions that are installed", () => {
  const versions = { "dpkg:a": "1:2", "dpkg:two": "1", "dpkg:two:i386": "1", "dpkg:installed-alone": "1" };
  expect(readIndex(index, versions)).toEqual({ "dpkg:a": "sha256:11", "dpkg:two:i386": "sha256:22" });
});
