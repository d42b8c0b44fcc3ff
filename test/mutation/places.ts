/** A rule of a folder of `src`, broken on purpose. */
export interface BrokenPlace {
  /** The file, below `src`. */
  readonly file: string;
  /** What is wrong afterwards. */
  readonly what: string;
  /** A piece of the file that it has once. */
  readonly from: string;
  readonly to: string;
}

/** One for each folder of `src`. */
export const brokenPlaces: readonly BrokenPlace[] = [
  {
    file: "adapters/registry/realm.ts",
    what: "a password goes to any host with TLS",
    from: 'return isRelated(registry.hostname, realm.hostname) && realm.protocol === "https:" && realm.port === "";',
    to: 'return realm.protocol === "https:";',
  },
  {
    file: "assembler/assembly-trees.ts",
    what: "the steps of a builder that goes on from another are passed over",
    from: 'if (steps.length === 0 && builder?.from.kind === "name"',
    to: 'if (builder?.from.kind === "name"',
  },
  {
    file: "bin/node-version.ts",
    what: "the oldest Node that will do is refused",
    from: "minor >= oldestMinor",
    to: "minor > oldestMinor",
  },
  {
    file: "cli/exit-codes.ts",
    what: "a fault of Pith ends as an I/O error",
    from: "return isIoError(failure) ? exitCodes.ioError : exitCodes.internal;",
    to: "return exitCodes.ioError;",
  },
  {
    file: "closure/walk/worklist.ts",
    what: "what weak evidence alone asks for counts as proved",
    from: "return weakEvidence.has(need.evidence) || (start ?? proc?.start)?.isSuggested === true;",
    to: "return (start ?? proc?.start)?.isSuggested === true && weakEvidence.has(need.evidence);",
  },
  {
    file: "detect/versions.ts",
    what: "one condition of a range of versions is enough",
    from: "conditions.every(",
    to: "conditions.some(",
  },
  {
    file: "diagnostics/render.ts",
    what: "the caret below a line has one sign",
    from: '"^".repeat(Math.max(marked.length, 1))',
    to: '"^".repeat(Math.min(marked.length, 1))',
  },
  {
    file: "dlopen/gconv.ts",
    what: "a usual encoding is not shipped",
    from: '"UTF-16", ',
    to: "",
  },
  {
    file: "formats/tar/header.ts",
    what: "the checksum of a member's header is not compared",
    from: 'checkSum(block, offset, number(148, 8, "checksum"));',
    to: "",
  },
  {
    file: "frontend/builders/steps.ts",
    what: "a required secret may be missing",
    from: "optional: !mount.required }",
    to: "optional: mount.required }",
  },
  {
    file: "image/layers.ts",
    what: "the files of a layer are sorted the other way round",
    from: ".sort((left, right) => compareBytes(left.path, right.path));\n  return sorted",
    to: ".sort((left, right) => compareBytes(right.path, left.path));\n  return sorted",
  },
  {
    file: "inspect/policy/programs.ts",
    what: "the declared interpreter is excused from every policy",
    from: '(name === "interpreter" && required.has(file.path))',
    to: "required.has(file.path)",
  },
  {
    file: "languages/command-words.ts",
    what: "dash counts as no shell",
    from: "(?:ba|da|k|z|",
    to: "(?:ba|k|z|",
  },
  {
    file: "loader/search-path.ts",
    what: "the RPATH of what loaded an object does not count",
    from: "object !== undefined; object = object.parent)",
    to: "object !== undefined; object = undefined)",
  },
  {
    file: "packages/dpkg/dpkg.ts",
    what: "packages that are not installed any more count as installed",
    from: "if (/\\sinstalled$/.test(",
    to: "if (/installed$/.test(",
  },
  {
    file: "plan/platforms.ts",
    what: "linux/arm64/v8 is another platform than linux/arm64",
    from: '(architecture === "arm64" && (variant === "8" || variant === "v8")) ||',
    to: "",
  },
  {
    file: "resolver/unwritable-directories.ts",
    what: "a directory that its group may write to counts as everybody's",
    from: "const anyoneWrites = 0o002;",
    to: "const anyoneWrites = 0o020;",
  },
  {
    file: "rootfs/links.ts",
    what: "a path with a slash at its end may name a file",
    from: 'if (wantsDirectory && stat.kind !== "directory") return undefined;',
    to: "",
  },
  {
    file: "runtimes/python/module-finder.ts",
    what: "a module of a package in a package is not found",
    from: 'const dot = name.lastIndexOf(".");',
    to: 'const dot = name.indexOf(".");',
  },
  {
    file: "spec/merge.ts",
    what: "a command line of a later document is added to that of the earlier one",
    from: '  "cmd",\n',
    to: "",
  },
  {
    file: "system/locale.ts",
    what: "an image with musl is asked for locales",
    from: "if (isMusl(context)) return;",
    to: "",
  },
  {
    file: "values/flow.ts",
    what: "of the values that a variable is given, the first alone counts",
    from: "merge(values.map((one) => this.#values.valueOf(one)))",
    to: "merge(values.slice(0, 1).map((one) => this.#values.valueOf(one)))",
  },
];
