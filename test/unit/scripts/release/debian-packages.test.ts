import { expect, test } from "vitest";
import { readLock, recordName, statusParagraph } from "../../../../scripts/release/debian-packages.ts";
import { imagePackages } from "../../../../scripts/release/frontend-image.ts";

test("the pinned packages have what images and compilers need", () => {
  const lock = readLock();
  expect(lock.tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["gcc-14-x86-64-linux-gnu", "gcc-14-aarch64-linux-gnu", "linux-libc-dev", "qemu-user"]),
  );
  for (const architecture of ["amd64", "arm64"] as const) {
    const names = imagePackages(architecture).map(({ name }) => name);
    expect(names.toSorted()).toEqual(["libc6", "libgcc-s1", "libstdc++6", "musl-dev"]);
  }
});

test("packages are recorded as dpkg records them", () => {
  const fields = "Package: libc6\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.41\n";
  expect(recordName(fields)).toBe("libc6:amd64");
  expect(recordName("Package: base-files\nArchitecture: amd64\n")).toBe("base-files");
  expect(statusParagraph(fields)).toBe(
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.41\n",
  );
});
