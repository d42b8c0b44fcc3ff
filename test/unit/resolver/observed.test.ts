import { describe, expect, it } from "vitest";
import { pythonDistributions } from "../../../src/packages/python/python-dist.ts";
import { resolveObserved } from "../../../src/resolver/observed.ts";
import type { Recording } from "../../../src/rootfs/recording.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { python } from "../../../src/runtimes/python/python.ts";
import { bare, openCase } from "../../support/closure.ts";

const site = "/usr/lib/python3.13/site-packages";
const root = `
//- /usr/bin/python3 0755 elf=x86_64 loader needed=libc.so.6
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64
//- /usr/lib/libspare.so.1 -> libspare.so.1.2
//- /usr/lib/libspare.so.1.2 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/json/__init__.py
//- /usr/lib/python3.13/json/tool.py
//- /usr/lib/python3.13/wsgiref/__init__.py
//- ${site}/shop/__init__.py
import shop.cart
//- ${site}/shop/cart.py
//- ${site}/shop/rare.py
//- ${site}/shop/_fast.so elf=x86_64 needed=libspare.so.1
//- ${site}/shop/data/used/a.txt
//- ${site}/shop/data/used/b.txt
//- ${site}/shop/data/unused/c.txt
//- ${site}/shop-1.0.dist-info/METADATA
Name: shop
Version: 1.0
//- ${site}/shop-1.0.dist-info/RECORD
shop/__init__.py,,
shop/cart.py,,
shop/rare.py,,
shop/_fast.so,,
shop/data/used/a.txt,,
shop/data/used/b.txt,,
shop/data/unused/c.txt,,
shop-1.0.dist-info/METADATA,,
shop-1.0.dist-info/RECORD,,
//- ${site}/spare/__init__.py
//- ${site}/spare-2.0.dist-info/METADATA
Name: spare
Version: 2.0
//- ${site}/spare-2.0.dist-info/RECORD
spare/__init__.py,,
spare-2.0.dist-info/METADATA,,
spare-2.0.dist-info/RECORD,,
`;
const app = `
//- /main.py
import shop, json, wsgiref
def rarely():
    import spare
//- /untested.py
`;

async function observe(paths: readonly string[] | undefined) {
  const { request, views } = openCase({
    root,
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { cmd: ["main.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
  });
  const recording = (opened: readonly string[]): Recording => ({
    pointer: "/closure/observed/0",
    command: ["python3", "-m", "unittest"],
    paths: opened.map((path) => toAbsPath(path)),
  });
  const asked = paths === undefined ? request : { ...request, observed: [recording(paths)] };
  return resolveObserved(asked, views, { ...bare, runtimes: [python], packages: [pythonDistributions] });
}

async function filesOf(paths: readonly string[] | undefined): Promise<readonly string[]> {
  const { entries } = await observe(paths);
  return entries.flatMap(({ kind, path }) => (kind === "directory" ? [] : [path]));
}

const started = ["/usr/bin/python3", "/usr/lib/python3.13/os.py", "/usr/lib/libc.so.6", "/app/main.py"];

describe("a closure that recordings cut", () => {
  it("keeps code by package and data by directory, and what objects of it need", async () => {
    const files = await filesOf([...started, `${site}/shop/__init__.py`, `${site}/shop/data/used/a.txt`]);
    expect(files).toEqual(
      expect.arrayContaining([
        `${site}/shop/rare.py`,
        `${site}/shop/_fast.so`,
        "/usr/lib/libspare.so.1",
        "/usr/lib/libspare.so.1.2",
        `${site}/shop/data/used/b.txt`,
        `${site}/shop-1.0.dist-info/METADATA`,
      ]),
    );
    expect(files).not.toContain(`${site}/shop/data/unused/c.txt`);
    expect(files).not.toContain(`${site}/spare/__init__.py`);
    expect(files).not.toContain(`${site}/spare-2.0.dist-info/METADATA`);
  });

  it("keeps the run-time's own library by directory", async () => {
    const files = await filesOf([...started, "/usr/lib/python3.13/json/__init__.py"]);
    expect(files).toContain("/usr/lib/python3.13/json/tool.py");
    expect(files).not.toContain("/usr/lib/python3.13/wsgiref/__init__.py");
  });

  it("keeps the application and what the spec names, whatever was opened", async () => {
    const files = await filesOf(["/usr/lib/python3.13/os.py"]);
    expect(files).toEqual(expect.arrayContaining(["/app/main.py", "/app/untested.py", "/usr/bin/python3"]));
    expect(files).toEqual(expect.arrayContaining(["/usr/lib/libc.so.6", "/lib64/ld-linux-x86-64.so.2"]));
  });

  it("is never more than safe, and all of safe where everything was opened", async () => {
    const safe = await filesOf(undefined);
    expect(await filesOf(safe)).toEqual(safe);
    for (const path of safe) expect(safe).toEqual(expect.arrayContaining([...(await filesOf([path]))]));
  });

  it("counts what it left out, by directory, and gives each path that stays a reason", async () => {
    const { unobserved, entries } = await observe([...started, `${site}/shop/__init__.py`]);
    const safe = await observe(undefined);
    const kept = new Set(entries.map(({ path }) => path));
    const lost = safe.entries.filter(({ kind, path }) => kind === "file" && !kept.has(path));
    expect(unobserved?.files).toBe(lost.length);
    expect(unobserved?.bytes).toBe(lost.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    expect(unobserved?.directories.map(({ path }) => path)).toContain(`${site}/spare`);
    expect(unobserved?.recordings).toEqual([{ command: ["python3", "-m", "unittest"], paths: started.length + 1 }]);
    const known = new Set<string>([...kept, "#"]);
    const unexplained = entries.filter(({ reason: { from } }) => !from.startsWith("#/") && !known.has(from));
    expect(unexplained).toEqual([]);
  });
});
