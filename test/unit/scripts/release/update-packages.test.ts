import { expect, test } from "vitest";
import { addressesOf } from "../../../../scripts/release/debian-packages.ts";
import { parseAddresses } from "../../../../scripts/release/update-packages.ts";

test("a package comes from the mirrors of the machine, or from a server that keeps all versions", () => {
  const [one] = parseAddresses(
    `Reading\n'http://mirror.example.org/debian/pool/main/g/glibc/libc6_2.41-12%2bdeb13u5_arm64.deb' libc6_1%3a2.41-12+deb13u5_arm64.deb 2488872 SHA256:${"0a".repeat(32)}\n`,
  );
  expect(one).toEqual({
    name: "libc6",
    version: "1:2.41-12+deb13u5",
    architecture: "arm64",
    path: "debian/pool/main/g/glibc/libc6_2.41-12+deb13u5_arm64.deb",
    sha256: "0a".repeat(32),
  });
  const servers = {
    mirrors: ["http://mirror.example.org/debian", "http://mirror.example.org/debian-security"],
    keeper: "http://keeper.example.org/archive",
  };
  expect(one === undefined ? [] : addressesOf(one, "20260102T030405Z", servers)).toEqual([
    "http://mirror.example.org/debian/pool/main/g/glibc/libc6_2.41-12+deb13u5_arm64.deb",
    "http://keeper.example.org/archive/debian/20260102T030405Z/pool/main/g/glibc/libc6_2.41-12+deb13u5_arm64.deb",
  ]);
});
