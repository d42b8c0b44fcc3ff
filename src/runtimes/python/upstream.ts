import type { UpstreamBuild } from "../../languages/upstream.ts";

const literal = /\0(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?\+?)\0/u;

/** Python as it is built from its sources, with its own library and without what pip brings. */
export const upstreamPython: UpstreamBuild = {
  name: "python",
  cpe: "python:python",
  license: "PSF-2.0",
  supplier: "Python Software Foundation",
  marker: /^(.*)\/lib\/python(3\.\d+)t?\/os\.py$/u,
  versions: [
    { file: "include/python$1/patchlevel.h", text: /#define PY_VERSION\s+"([^"\s]+)"/u },
    { file: "lib/libpython$1.so.1.0", text: literal },
    { file: "bin/python$1", text: literal },
  ],
  files: /^(?:bin\/python[\d.]*|lib\/libpython[\w.]*|lib\/python3\.\d+t?\/(?!(?:site|dist)-packages\/).*)$/u,
};
