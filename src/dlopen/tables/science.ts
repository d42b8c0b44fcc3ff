import type { DataRule } from "../data-rule.ts";

/** Tables and models of science and languages, and drivers of devices that compute. */
export const scienceRules: readonly DataRule[] = [
  {
    name: "aspell",
    beyond: "data",
    library: /^libaspell\.so\.\d+$/u,
    why: "spells by its dictionaries",
    trees: ["/usr/lib/aspell", "/var/lib/aspell", "/usr/lib64/aspell-*", "/usr/share/aspell"],
  },
  {
    name: "gdal",
    beyond: "data",
    library: /^libgdal\.so\.\d+$/u,
    why: "knows formats and coordinates by it",
    trees: ["/usr/share/gdal", "/usr/local/share/gdal"],
    objects: ["$LIB/gdalplugins/*.so"],
  },
  {
    name: "hunspell",
    beyond: "data",
    library: /^libhunspell-[\d.]+\.so\.\d+$/u,
    why: "spells by its dictionaries",
    trees: ["/usr/share/hunspell", "/usr/share/myspell"],
  },
  {
    name: "opencl",
    beyond: "list",
    library: /^libOpenCL\.so\.1$/u,
    why: "opens the drivers that are listed in it",
    lists: [{ files: ["/etc/OpenCL/vendors/*.icd"], names: /^[ \t]*(\S+)[ \t]*$/gmu, directory: "$LIB" }],
  },
  {
    name: "openmpi",
    beyond: "folder",
    library: /^libopen-pal\.so\.\d+$/u,
    why: "opens its components by their folder",
    objects: ["$LIB/openmpi/lib/openmpi*/*.so", "$LIB/openmpi/*.so"],
    trees: ["/etc/openmpi", "/usr/share/openmpi"],
  },
  {
    name: "tesseract",
    beyond: "data",
    library: /^libtesseract\.so\.\d+$/u,
    why: "reads scripts by its models",
    trees: ["/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tesseract/tessdata", "/usr/share/tessdata"],
  },
];
