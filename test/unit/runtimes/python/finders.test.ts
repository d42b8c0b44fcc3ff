import { expect, it } from "vitest";
import { trace } from "./trace-unknowns.ts";

it("takes what a finder maps names to, and the modules behind names that lie nowhere", async () => {
  const tree = `
//- /app/app.py
import hack, client
from six.moves import queue_like
from six.moves.urls.parse import join
//- SITE/hack.py
import sys, importlib
class Finder:
    def spec(self): return importlib.import_module("tools._inner")
sys.meta_path.insert(0, Finder())
//- SITE/tools/__init__.py
//- SITE/tools/other.py
//- SITE/tools/_inner/__init__.py
//- SITE/tools/_inner/core.py
//- SITE/client/__init__.py
import sys
packages = ["core"]
sys.meta_path[0] = Finder(sys.meta_path[0], os.path.dirname(__file__))
import core.session
//- SITE/client/other.py
//- SITE/client/core/__init__.py
//- SITE/client/core/session.py
//- SITE/client/core/parts/__init__.py
//- SITE/client/core/parts/one.py
//- SITE/core/__init__.py
//- SITE/core/session.py
//- SITE/six.py
import sys
moved = [Module("queue_like"), Module("urls.parse"), Module("unused")]
sys.meta_path.append(importer)
//- SITE/queue_like.py
//- SITE/urls/parse.py
//- SITE/unused.py
`;
  expect(await trace(tree)).toMatchInlineSnapshot(`
    "
    /app/app.py
    SITE/client/__init__.py
    SITE/client/core/__init__.py
    SITE/client/core/parts/__init__.py
    SITE/client/core/parts/one.py
    SITE/client/core/session.py
    SITE/core/__init__.py
    SITE/core/session.py
    SITE/hack.py
    SITE/queue_like.py
    SITE/six.py
    SITE/tools/__init__.py
    SITE/tools/_inner/__init__.py
    SITE/tools/_inner/core.py
    SITE/urls/parse.py
    computed-name of SITE/hack.py: "tools._inner" in a finder of modules in directory SITE/tools/_inner: shipped
    "
  `);
});
