import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { addressesOf, readLock, recordName, statusParagraph } from "../../../scripts/release/debian-packages.ts";
import { imagePackages, imageSpec } from "../../../scripts/release/frontend-image.ts";
import { compilerCommand } from "../../../scripts/release/native-tools.ts";
import { nodeVersion } from "../../../scripts/release/node-programs.ts";
import { parseAddresses } from "../../../scripts/release/update-packages.ts";

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

test("images have the Node that the scripts run with", () => {
  expect(readFileSync(join(projectFolder, "package.json"), "utf8")).toContain(`"node": "${nodeVersion}"`);
});

test("packages are recorded as dpkg records them", () => {
  const fields = "Package: libc6\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.41\n";
  expect(recordName(fields)).toBe("libc6:amd64");
  expect(recordName("Package: base-files\nArchitecture: amd64\n")).toBe("base-files");
  expect(statusParagraph(fields)).toBe(
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nMulti-Arch: same\nVersion: 2.41\n",
  );
});

test("tools are compiled against musl, for each machine", () => {
  const command = compilerCommand("arm64", { sources: ["/src/begin/main.c"], target: "/src/out/begin" });
  expect(command.join(" ")).toBe(
    "/usr/bin/aarch64-linux-gnu-gcc -specs /usr/lib/aarch64-linux-musl/musl-gcc.specs -static -Os -s -idirafter /usr/include -idirafter /usr/include/aarch64-linux-gnu -o /src/out/begin /src/begin/main.c",
  );
});

test("the image has files that nobody but root may change, and a folder for each mount", () => {
  const spec = imageSpec(["frontend.js"], ["musl.txt"]);
  expect(JSON.parse(spec)).toMatchObject({
    include: ["frontend.yaml"],
    files: {
      "/pith/frontend.js": { from: "context", src: "frontend.js", owner: "0:0", mode: "0644" },
      "/pith/licences/musl.txt": { src: "licences/musl.txt", mode: "0644" },
      "/pith/request": { directory: true },
      "/pith/roots/31": { directory: true },
    },
  });
});
