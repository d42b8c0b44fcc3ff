import { expect, it } from "vitest";
import {
  capabilities,
  capabilitiesOf,
  listedPrograms,
  programOfName,
} from "../../../../src/inspect/policy/capabilities.ts";
import { classifyFiles } from "../../../../src/inspect/policy/classify.ts";
import { modulePaths, programMarkers, scriptMarkers } from "../../../../src/inspect/policy/markers.ts";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { capabilityNames } from "../../../../src/spec/policy-kinds.ts";
import { writeElf } from "../../../support/elf-writer.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const tree = `
//- /bin -> usr/bin
//- /usr/bin/sh -> hidden
//- /usr/bin/hidden 0755 elf=x86_64 loader
GNU bash, version %s-(%s)
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/bin/python3 -> python3.13
//- /usr/bin/nc.openbsd 0755 elf=x86_64 loader
//- /usr/bin/x86_64-linux-gnu-gcc-14 0755 elf=x86_64 loader
//- /usr/bin/server 0755 elf=x86_64 loader
just a server
//- /srv/blob 0644 elf=x86_64 loader
GNU bash, version %s-(%s)
//- /usr/lib/libshell.so 0644 elf=x86_64 soname=libshell.so
GNU bash, version %s-(%s)
//- /usr/bin/get 0755 elf=x86_64 loader
Usage: curl [options...] <url>
//- /usr/bin/python3-pip 0755
#!/usr/bin/python3
from pip._internal.cli.main import main
//- /usr/lib/python3/site-packages/pip/__main__.py 0644
import sys
//- /usr/bin/watch 0755
#!/usr/bin/node
//- /app/tasks/watch 0755
#!/usr/bin/node
//- /usr/share/doc/curl 0644
Usage: curl [options...] <url>
`;

async function dump(text: string): Promise<string> {
  const files = await classifyFiles(fixtureRoot(text));
  return files
    .filter(({ identities }) => identities.length > 0)
    .map((file) => {
      const known = file.identities.map(
        ({ program, by, link }) => `${program} by ${by}${link === undefined ? "" : ` ${link}`}`,
      );
      return `${file.path} ${file.format}: ${file.capabilities.join(" ")} (${known.join(", ")})`;
    })
    .join("\n");
}

it("knows programs by content, by names, by links, and by their place", async () => {
  expect(await dump(tree)).toMatchInlineSnapshot(`
    "/srv/blob program: shell (bash by content)
    /usr/bin/get program: downloader (curl by content)
    /usr/bin/hidden program: shell (bash by content, sh by symlink /usr/bin/sh)
    /usr/bin/nc.openbsd program: network (nc by name)
    /usr/bin/python3-pip script: package-manager (pip by content)
    /usr/bin/python3.13 program: interpreter (python3 by name)
    /usr/bin/watch script: launcher (watch by name)
    /usr/bin/x86_64-linux-gnu-gcc-14 program: compiler (gcc by name)
    /usr/lib/python3/site-packages/pip/__main__.py other: package-manager (pip by path)"
  `);
});

it("finds the applets of a program that is many in its bytes", async () => {
  const table = "[ acpid ar ash awk base64 cat cp dpkg echo false head id ls nc sed wget";
  const root = memoryRootFs([
    [
      "/data",
      {
        mode: 0o644,
        content: writeElf({
          machine: "x86_64",
          type: 2,
          dynamic: false,
          strings: [
            "BusyBox v1.37",
            "multi-call binary that combines many common",
            "wrong",
            "cc",
            "ab",
            "lld",
            ...table.split(" "),
          ],
        }),
      },
    ],
  ]);
  const [, file] = await classifyFiles(root);
  expect(file?.identities.map(({ program }) => program)).toEqual([
    "busybox",
    "ar",
    "ash",
    "awk",
    "base64",
    "dpkg",
    "nc",
    "sed",
    "wget",
  ]);
});

it("has weights that sum to 100, and capabilities for whatever is known by content", () => {
  expect(capabilities.map(({ name }) => name)).toEqual(capabilityNames);
  expect(capabilities.reduce((total, { weight }) => total + weight, 0)).toBe(100);
  const known = [...programMarkers, ...scriptMarkers, ...modulePaths].map(({ program }) => program);
  expect(known.filter((program) => capabilitiesOf(program).length === 0)).toEqual(["coreutils"]);
  expect(listedPrograms()).toContain("busybox");
});

it.each([
  ["python3.13", "python3"],
  ["perl5.40.1", "perl"],
  ["lua5.4", "lua"],
  ["aarch64-linux-gnu-ld.bfd", "ld.bfd"],
  ["vim.tiny", "vim"],
  ["md5sum", undefined],
  ["run.sh", undefined],
  ["nodemon", undefined],
])("takes the name %s for %s", (name, program) => {
  expect(programOfName(name)).toBe(program);
});
