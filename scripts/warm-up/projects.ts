/** Files by path: their text, where a link leads to, or the file of the base image that it is a copy of. */
export type ProjectFiles = Readonly<Record<string, string | { readonly link: string } | { readonly copyOf: string }>>;

/** A small program as people write it, and what stands for its builder and its installed dependencies. */
export interface Project {
  readonly image: string;
  /** The files of the build context, the spec as `pith.yaml`. */
  readonly context: Readonly<Record<string, string>>;
  /** The trees of the resolver beside the base image, by the identifier of their source. */
  readonly sources: Readonly<Record<string, ProjectFiles>>;
}

const stdlib = "usr/lib/python3.13";
const packages = "lib/python3.13/site-packages";

const python: Project = {
  image: "docker.io/library/python:3.13-slim",
  context: {
    "pith.yaml": `# syntax=pith:1
args: {BASE: python:3.13-slim}
from: \${BASE}
interpreter: python3
app: .
env: {MODE: production}
cmd: [-m, web, "app:app"]
ports: [8000]
labels: {org.example.team: web}
targets:
  small:
    interpreter: {stdlib: reachable}
    app: {prune: reachable}
`,
    ".dockerignore": "*.pyc\n.venv\n",
    "requirements.txt": "web==1.0\n",
    "app.py": `import json
import os
from web import Web, render

app = Web(__name__)


@app.get("/")
def index():
    """Answers with a page."""
    return render("index.html", name=os.environ.get("NAME", f"{json.dumps('world')}"))
`,
    "templates/index.html": "<!doctype html><title>{{ name }}</title>\n",
    "static/style.css": "body { color: black }\n",
  },
  sources: {
    "builder:main": {
      "usr/bin/python3.13": { copyOf: "usr/bin/env" },
      "usr/bin/python3": { link: "python3.13" },
      [`${stdlib}/os.py`]: "import sys\nimport posixpath as path\n",
      [`${stdlib}/posixpath.py`]: "import genericpath\n",
      [`${stdlib}/genericpath.py`]: "",
      [`${stdlib}/site.py`]: "import sys, os\n",
      [`${stdlib}/json/__init__.py`]: "from .decoder import JSONDecoder\n",
      [`${stdlib}/json/decoder.py`]: "import re\n",
      [`${stdlib}/re.py`]: "def compile(pattern):\n    return pattern\n",
      [`${stdlib}/ssl.py`]: "import _ssl\n",
      [`${stdlib}/encodings/__init__.py`]: "import codecs\n",
      [`${stdlib}/codecs.py`]: "",
      [`${stdlib}/lib-dynload/_ssl.cpython-313-x86_64-linux-gnu.so`]: { copyOf: "usr/bin/env" },
    },
    dependencies: {
      "pyvenv.cfg": "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.13.5\n",
      "bin/python3": { link: "/usr/bin/python3" },
      "bin/python": { link: "python3" },
      [`${packages}/web/__init__.py`]: `from importlib import import_module
import logging
from .serve import Web
try:
    import _speedups
except ImportError:
    _speedups = None


def render(name, **values):
    return import_module("web.pages").render(name, values)
`,
      [`${packages}/web/__main__.py`]: "from web.serve import main\nmain()\n",
      [`${packages}/web/serve.py`]: "class Web:\n    pass\n\n\ndef main():\n    pass\n",
      [`${packages}/web/pages.py`]: "def render(name, values):\n    return open(name).read()\n",
      [`${packages}/web-1.0.dist-info/METADATA`]: "Metadata-Version: 2.1\nName: web\nVersion: 1.0\nLicense: MIT\n",
      [`${packages}/web-1.0.dist-info/RECORD`]:
        "web/__init__.py,,\nweb/__main__.py,,\nweb/serve.py,,\nweb/pages.py,,\n",
      [`${packages}/web-1.0.dist-info/INSTALLER`]: "pip\n",
    },
  },
};

const node: Project = {
  image: "docker.io/library/node:24-slim",
  context: {
    "pith.yaml": `# syntax=pith:1
from: node:24-slim
interpreter: node
app: .
ports: [3000]
healthcheck: {http: "http://127.0.0.1:3000/health"}
system: {certificates: auto}
`,
    "package.json": '{"name":"hello","version":"1.0.0","main":"server.js","dependencies":{"web":"1.0.0"}}',
    "package-lock.json": JSON.stringify({
      name: "hello",
      version: "1.0.0",
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": { name: "hello", version: "1.0.0", dependencies: { web: "1.0.0" } },
        "node_modules/web": { version: "1.0.0" },
      },
    }),
    "server.js": `"use strict";
const path = require("node:path");
const { serve } = require("web");
const name = process.env.NAME ?? \`world\`;
serve(path.join(__dirname, "static"), () => JSON.stringify({ name }), /^\\/health$/u);
import("./more.mjs").then(({ more }) => more());
`,
    "more.mjs":
      'import fs from "node:fs";\nexport const more = async () => fs.existsSync(new URL("static/style.css", import.meta.url));\n',
    "static/style.css": "body { color: black }\n",
  },
  sources: {
    dependencies: {
      "package.json": '{"name":"hello","version":"1.0.0","main":"server.js"}',
      "node_modules/web/package.json": `{"name":"web","version":"1.0.0","license":"MIT","exports":{".":{"import":"./index.mjs","require":"./index.js"}}}`,
      "node_modules/web/index.js": `const http = require("http"), parts = require("./parts");
class Server extends parts.Base { constructor(...all) { super(); this.all = [...all]; } }
exports.serve = (folder, ...handlers) => { for (const one of handlers) new Server(folder, one); };
try { require("optional-" + "part"); } catch {}
`,
      "node_modules/web/index.mjs": 'export { serve } from "./index.js";\n',
      "node_modules/web/parts.js": "module.exports = { Base: class {} };\n",
      "node_modules/web/README.md": "# web\n",
    },
  },
};

export const projects: readonly Project[] = [python, node];
