import { expect, test } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";

const data = `
//- /opt/site/index.html
//- /opt/site/css/a.css
//- /opt/site/loop -> /opt/other
//- /opt/other/b.txt
//- /opt/other/back -> /opt/site
`;

/** What ships of the builder's data, at each level. */
async function shippedBy(app: string, prune: "safe" | "reachable"): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: data,
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
    roots: [{ kind: "app", pointer: "/app", view: "main" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
  });
  return entries.filter(({ kind }) => kind !== "directory").map(({ path }) => path);
}

test.for(["safe", "reachable"] as const)(
  "a link of the application brings the directory that it leads to: %s",
  async (level) => {
    expect(await shippedBy("//- /public -> /opt/site\n", level)).toEqual([
      "/app/public",
      "/opt/other/b.txt",
      "/opt/other/back",
      "/opt/site/css/a.css",
      "/opt/site/index.html",
      "/opt/site/loop",
    ]);
  },
);

test("a link to a directory that everybody shares brings the directory alone", async () => {
  expect(await shippedBy("//- /all -> /opt\n", "safe")).toEqual(["/app/all"]);
});

test("a link that is excluded stays out with what it leads to", async () => {
  const root = `
//- /srv/job.sh 0755
#!/bin/sh
tool
//- /bin -> usr/bin
//- /usr/bin/dash 0755 elf=x86_64
//- /usr/bin/sh -> dash
//- /usr/bin/tool -> /opt/tool
//- /opt/tool 0755 elf=x86_64
`;
  const pathsWithout = async (path: string, force: boolean): Promise<string> => {
    const exclude = [{ path, force, pointer: "/closure/exclude/0" }];
    const roots = [binary("/srv/job.sh")];
    const { entries, diagnostics } = await closureOf({ root, roots, closure: { exclude }, plugins: allPlugins() });
    const found = entries.filter(({ kind, path }) => kind !== "directory" && /bin|opt/u.test(path));
    return [...found.map(({ path }) => path), ...diagnostics.map(({ code }) => code)].join(" ");
  };
  expect(await pathsWithout("/usr/bin/tool", true)).toBe("/bin /usr/bin/dash /usr/bin/sh");
  expect(await pathsWithout("/usr/bin/sh", true)).toBe("");
  expect(await pathsWithout("/usr/bin/sh", false)).toContain("EXCLUDE_NEEDED");
  expect(await pathsWithout("/bin", true)).toBe("/bin /opt/tool /usr/bin/dash /usr/bin/sh /usr/bin/tool");
});
