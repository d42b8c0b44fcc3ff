import { expect, test } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../../support/closure.ts";

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
