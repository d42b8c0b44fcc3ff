import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Python are known. */
export const pythonMarkers: RuntimeMarkers = {
  programs: [{ program: "python3", texts: ["Py_BytesMain"] }],
  scripts: [{ program: "pip", pattern: /^from pip\._internal/m }],
  modules: [
    { program: "pip", pattern: /\/(?:site|dist)-packages\/pip\/__main__\.py$/ },
    { program: "easy_install", pattern: /\/(?:site|dist)-packages\/setuptools\/command\/easy_install\.py$/ },
  ],
};
