import { expect, it } from "vitest";
import { trace } from "./trace-unknowns.ts";

it("loads a group of entry points where something loads it, and not where a text merely names it", async () => {
  const tree = `
//- /app/app.py
import SOURCE
//- SITE/speaks.py
GROUPS = ["some.group"]
//- SITE/loads/__init__.py
from .entries import all_of
all_of("some.group")
//- SITE/loads/entries.py
from importlib.metadata import entry_points
def all_of(group): return entry_points(group=group)
//- SITE/offers-1.dist-info/METADATA
Name: offers
//- SITE/offers-1.dist-info/entry_points.txt
[some.group]
one = offers.plugin:One
//- SITE/offers/plugin.py
`;
  expect(await trace(tree.replace("SOURCE", "speaks"), "safe")).not.toContain("offers");
  expect(await trace(tree.replace("SOURCE", "loads"), "safe")).toContain("SITE/offers/plugin.py");
});

it("loads the entry point of a script that names its distribution without a version", async () => {
  const tree = `
//- /app/app.py
from pkg_resources import load_entry_point
sys.exit(load_entry_point("offers", "console_scripts", "offer")())
//- SITE/pkg_resources.py
//- SITE/offers-1.dist-info/METADATA
Name: offers
//- SITE/offers-1.dist-info/entry_points.txt
[console_scripts]
offer = offers.command:main
other = offers.other:main
//- SITE/offers/command.py
//- SITE/offers/other.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/offers-1.dist-info/METADATA
    SITE/offers-1.dist-info/entry_points.txt
    SITE/offers/command.py
    SITE/pkg_resources.py
    "
  `);
});
