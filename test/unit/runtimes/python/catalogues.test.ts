import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";

const site = "/usr/lib/python3.13/site-packages";
const large = "x".repeat(30_000);

/** A package with a directory of data for each of `count` services, another that requires it, and an application. */
function tree(count: number, app: string): string {
  const services = Array.from({ length: count }, (_, index) => `service${String(index)}`);
  const data = services.map((name) =>
    ["a", "b", "c", "d"].map((file) => `//- ${site}/core/data/${name}/2020/${file}.json\n${large}\n`).join(""),
  );
  return `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /app/app.py
${app}
//- ${site}/core/__init__.py
from core import tables
default = "service2"
def own(session, name):
    if name == "service5" or name in ("service6", "service7"):
        return session.client("service8")
    """Speaks of session.client("service16")."""
    # and of session.client("service17")
    if "service18" in name: return rows.get("service19"), rows["service20"], getattr(rows, "service21")
    return session.client(region, "service9")
//- ${site}/core/tables.py
aliases = {
    "service10": "service11",
    "service12": handler("service13"),
}
protocols = ("service14", "service15")
//- ${site}/core/data/endpoints.json
{}
${data.join("")}
//- ${site}/core-1.0.dist-info/METADATA
Name: core
Version: 1.0
//- ${site}/sdk/__init__.py
import core
token = "service3"
uses = ["service22"]
options = {"service23": token, "service24": uses["service25"]}
//- ${site}/sdk-1.0.dist-info/METADATA
Name: sdk
Version: 1.0
Requires-Dist: core
//- ${site}/other.py
name = "service4"
`;
}

async function shipped(count: number, app: string, prune: "safe" | "reachable") {
  const { entries, unknowns } = await closureOf({
    root: tree(count, app),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["app.py"], workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), prune },
    plugins: { runtimes: [python] },
  });
  const found = entries.flatMap(({ path }) => /\/core\/data\/(service\d+)\/2020\/a\.json$/u.exec(path)?.[1] ?? []);
  return { found: found.toSorted(), paths: entries.map(({ path }) => path), unknowns };
}

const app = 'import sdk, other\nsdk.client("service1")\n';

it("ships the entries of a catalogue that the application and the packages around it name, and tells of the rest", async () => {
  const { found, paths, unknowns } = await shipped(60, app, "reachable");
  // Of its own texts those ask that are assigned or handed on, not those of comparisons and tables.
  expect(found).toEqual(["service1", "service13", "service2", "service22", "service3", "service8", "service9"]);
  expect(paths).toContain(`${site}/core/data/endpoints.json`);
  expect(unknowns).toMatchObject([{ what: "core/data/NAME", outcome: "warned", files: 241 }]);
});

it("ships all of a catalogue at level safe, and of a smaller directory", async () => {
  expect((await shipped(60, app, "safe")).found).toHaveLength(60);
  const few = await shipped(40, app, "reachable");
  expect([few.found.length, few.unknowns]).toEqual([40, []]);
});
