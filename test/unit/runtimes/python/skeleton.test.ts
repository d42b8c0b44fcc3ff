import { expect, it } from "vitest";
import { pythonSkeleton } from "../../../../src/runtimes/python/skeleton.ts";

const source = `#!/usr/bin/env python3
"""What it is for."""
from __future__ import annotations
import os, sys as system
from .views import (
    index,  # the first
    other as another,
)
try:
    import ujson
except ImportError:
    import json as ujson

if TYPE_CHECKING:
    import typing_only

__all__ = ["index", "main"]

PLUGIN = import_module("plugins.%s" % name)
codec = "latin-1"

def main(argument):
    """Adds one."""
    return argument + 1

if __name__ == "__main__":
    import argparse
    main(1)
`;

const safe = { isTraced: false };
const traced = { isTraced: true };

it("tells imports, calls and names, and nothing else", () => {
  expect(pythonSkeleton(source, safe)).toMatchInlineSnapshot(`
    "#!/usr/bin/env python3
    __all__ = ["index", "main"]
    from __future__ import annotations
    import os
    import sys
    from .views import index, other
    if _:
     import ujson
    if _:
     import json
    if 0:
     import typing_only
    if __name__ == "__main__":
     import argparse
    import_module("plugins." % _)
    codec = "latin-1"
    "__main__" == _
    "index" == _
    "latin-1"
    "main" == _
    "
  `);
});

it.each([
  ["a comment", source.replace("# the first", "# the very first")],
  ["an expression", source.replace("argument + 1", "argument * 2 - 1")],
  ["a sentence", source.replace("Adds one.", "Adds one to it.")],
  ["a definition", source.replace("def main(", "def more():\n    pass\n\ndef main(")],
  ["blank lines", source.replace("\n\ndef", "\n\n\n\ndef")],
  ["a call", source.replace("    main(1)", "    main(1)\n    main(2)")],
])("stays the same after an edit of %s", (_, edited) => {
  expect(edited).not.toBe(source);
  for (const level of [safe, traced]) expect(pythonSkeleton(edited, level)).toBe(pythonSkeleton(source, level));
});

it.each([
  ["an import", source.replace("import os,", "import os, csv,")],
  ["where an import runs", source.replace("try:\n    import ujson", "import ujson")],
  ["a name that may be a module's", source.replace("latin-1", "utf-16")],
  ["what a star takes", source.replace('["index", "main"]', '["index"]')],
  ["a computed import", source.replace("plugins.%s", "addons.%s")],
  ["the program of the first line", source.replace("python3\n", "python\n")],
])("changes with %s", (_, edited) => {
  expect(edited).not.toBe(source);
  expect(pythonSkeleton(edited, safe)).not.toBe(pythonSkeleton(source, safe));
});

it("tells the words that gates and codecs wait for only where imports are traced", () => {
  const shut = "import shutil\n";
  const edited = `${shut}x = shutil . make_archive\n`;
  expect(pythonSkeleton(edited, safe)).not.toContain("make_archive");
  expect(pythonSkeleton(edited, traced)).toContain("make_archive");
  expect(pythonSkeleton("# what chardet says\n", traced)).not.toBe(pythonSkeleton("# what it says\n", traced));
});

it("gives up on a source that it cannot tell", () => {
  // A comment in the list counts for what a star takes, and for nothing else.
  expect(pythonSkeleton('__all__ = ["a",\n  # "b"\n "c"]\n', safe)).toBeUndefined();
});

it("tells what a source adds to sys.path", () => {
  const skeleton = pythonSkeleton(
    'import sys\nfrom os.path import dirname, join\nsys.path.insert(0, join(dirname(__file__), "lib"))\n',
    safe,
  );
  expect(skeleton).toMatchInlineSnapshot(`
    "import sys
    from os.path import dirname, join
    sys.path
    sys.path.append(join(dirname(__file__), "lib"))
    "lib"
    "
  `);
});

it("keeps the words that a command could begin with, in a source that starts nothing, and tells them from others", () => {
  const held = pythonSkeleton("CONVERTER = 'pdf-to-text'\nif mode == 'fast':\n  engine = 'render'\n", safe);
  expect(held?.split("\n").filter((line) => line !== "")).toEqual([
    'CONVERTER = "pdf-to-text"',
    'engine = "render"',
    '"fast" == _',
    '"pdf-to-text"',
    '"render"',
  ]);
});
