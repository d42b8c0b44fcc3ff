import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3/dist-packages";

/** Distributions without records that share namespaces: one with a source that joins them, one with none. */
const builder = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/encodings/__init__.py
//- ${site}/zope/__init__.py
__import__('joining').declare_namespace(__name__)
//- ${site}/joining-1.dist-info/METADATA
Name: joining
//- ${site}/joining.py
import packing
//- ${site}/packing-1.dist-info/METADATA
Name: packing
//- ${site}/packing.py
//- ${site}/zope.interface-1.egg-info/PKG-INFO
Name: zope.interface
//- ${site}/zope.interface-1.egg-info/requires.txt
wanted
//- ${site}/zope.interface-1.egg-info/top_level.txt
zope
//- ${site}/zope/interface/__init__.py
//- ${site}/zope/interface/meta.zcml
//- ${site}/zope/interface/later.py
//- ${site}/zope.event-1.egg-info/PKG-INFO
Name: zope.event
//- ${site}/zope.event-1.egg-info/top_level.txt
zope
//- ${site}/zope/event/__init__.py
//- ${site}/wanted-1.dist-info/METADATA
Name: wanted
//- ${site}/wanted.py
//- ${site}/cloud_api_core-2.dist-info/METADATA
Name: cloud-api-core
//- ${site}/cloud_api_core-2.dist-info/top_level.txt
cloud
//- ${site}/cloud/api_core/__init__.py
//- ${site}/cloud/api_core/names.json
//- ${site}/cloud_auth-2.dist-info/METADATA
Name: cloud-auth
//- ${site}/cloud_auth-2.dist-info/top_level.txt
cloud
//- ${site}/cloud/auth/__init__.py
//- /app/app.py
import zope.interface
import cloud.api_core
`;

async function shippedAt(root: string, prune: "safe" | "reachable"): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
    plugins: { runtimes: [python] },
  });
  const inSite = entries.filter(({ path, kind }) => kind !== "directory" && path.startsWith(`${site}/`));
  return inSite.map(({ path }) => path.slice(site.length + 1));
}

/** The builder with no more of the site directory than some files. */
function withOnly(paths: readonly string[]): string {
  const isKept = (part: string): boolean =>
    !part.startsWith(site) || paths.includes(part.slice(site.length + 1).split("\n")[0] ?? "");
  return builder.split("\n//- ").filter(isKept).join("\n//- ");
}

const reached = [
  "cloud/api_core/__init__.py",
  "cloud/api_core/names.json",
  "cloud_api_core-2.dist-info/METADATA",
  "cloud_api_core-2.dist-info/top_level.txt",
  "joining-1.dist-info/METADATA",
  "joining.py",
  "packing-1.dist-info/METADATA",
  "packing.py",
  "zope.interface-1.egg-info/PKG-INFO",
  "zope.interface-1.egg-info/requires.txt",
  "zope.interface-1.egg-info/top_level.txt",
  "zope/__init__.py",
  "zope/interface/__init__.py",
  "zope/interface/meta.zcml",
];

test("a distribution is told by its package in a namespace that it shares, and brings no other of it", async () => {
  const whole = [...reached, "wanted-1.dist-info/METADATA", "wanted.py", "zope/interface/later.py"].sort();
  expect([...(await shippedAt(builder, "safe"))].sort()).toEqual(whole);
  expect([...(await shippedAt(builder, "reachable"))].sort()).toEqual(reached);
});

test.each(["safe", "reachable"] as const)(
  "what ships of a namespace needs the same in the image, at %s",
  async (level) => {
    const shipped = await shippedAt(builder, level);
    expect(await shippedAt(withOnly(shipped), level)).toEqual(shipped);
  },
);
