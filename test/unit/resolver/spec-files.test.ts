import { expect, it } from "vitest";
import type { RequestRoot } from "../../../src/closure/model/request.ts";
import { resolveClosure } from "../../../src/closure/walk/resolve.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { openViews } from "../../../src/resolver/views.ts";
import { bare, binary, openCase } from "../../support/closure.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const main = `
//- /bin/sh 0755 elf=x86_64
${["one", "two", "three", "four"].map((name) => `//- /usr/bin/${name} 0755 elf=x86_64\n`).join("")}`;
const context = `
//- /sv/run 0755
#!/bin/sh
exec /srv/sv/part/job
//- /sv/part/job 0755
#!/bin/sh
one -a
//- /sv/part/alone 0755
#!/bin/sh
two -a
//- /sv/note 0644
three -a
//- /sv/desk.conf
command = three -a
`;

async function pathsWith(roots: readonly RequestRoot[], prune: "safe" | "reachable" = "safe"): Promise<string> {
  const input = {
    root: main,
    roots: [...roots, binary("/srv/sv/run")],
    trees: [{ id: "context", prefix: "/", kind: "extra", tree: context } as const],
    views: { context: ["context"] },
    process: { prune },
  };
  const { request } = openCase(input);
  const views = await openViews(request, [fixtureRoot(main), fixtureRoot(context)]);
  const closure = await resolveClosure(request, views, { ...bare, ...allPlugins(), features: [] });
  const bad = closure.diagnostics.map(({ message }) => message);
  const files = closure.entries.filter(({ kind, path }) => kind === "file" && /^\/(?:usr\/bin|srv)\//u.test(path));
  return [...files.map(({ path }) => path), ...bad].join(" ");
}

function copyOf(path: string, src: string): RequestRoot {
  return { kind: "file", pointer: "/files/0", view: "context", file: { kind: "copy", path, from: "context", src } };
}

const all = "/srv/sv/desk.conf /srv/sv/note /srv/sv/part/alone /srv/sv/part/job /srv/sv/run";

it("starts what a copied directory has, follows its scripts, and reads its settings", async () => {
  expect(await pathsWith([copyOf("/srv/sv", "/sv")])).toBe(`${all} /usr/bin/one /usr/bin/three /usr/bin/two`);
  expect(await pathsWith([copyOf("/srv/sv/", "/sv/**")])).toBe(`${all} /usr/bin/one /usr/bin/three /usr/bin/two`);
  expect(await pathsWith([copyOf("/srv/sv", "/sv")], "reachable")).toContain("/usr/bin/two");
});

it("reads settings that the spec writes", async () => {
  const content = "[x]\ncommand = four -a\n";
  const file = { kind: "content", path: "/etc/own.conf", content } as const;
  const written: RequestRoot = { kind: "file", pointer: "/files/1", view: "main", file };
  const found = await pathsWith([copyOf("/srv/sv", "/sv"), written]);
  expect(found).toBe(`${all} /usr/bin/four /usr/bin/one /usr/bin/three /usr/bin/two`);
});

it("copies files of a builder to their own place by a pattern, and to another", async () => {
  const root = `${main}//- /proof/a\na\n//- /proof/sub/b\nb\n`;
  const copied = (path: string): RequestRoot => ({
    kind: "file",
    pointer: "/files/0",
    view: "main",
    file: { kind: "copy", path, from: "main", src: "/proof/**" },
  });
  for (const path of ["/proof/", "/other/", "/proof/sub/"]) {
    const { request } = openCase({ root, roots: [copied(path), binary("/usr/bin/one")] });
    const views = await openViews(request, [fixtureRoot(root)]);
    const { entries } = await resolveClosure(request, views, { ...bare, ...allPlugins(), features: [] });
    const found = entries.filter(({ kind, path: at }) => kind === "file" && at.startsWith(path)).map((one) => one.path);
    expect(found).toEqual([`${path}a`, `${path}sub/b`]);
  }
});
