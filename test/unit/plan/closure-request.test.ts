import { expect, test } from "vitest";
import { emptySettings } from "../../../src/oci/image-config.ts";
import { composeRequest } from "../../../src/plan/closure-request.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { parseText } from "../spec/parse-text.ts";

const venv = { prefix: toAbsPath("/opt/venv"), interpreter: toAbsPath("/opt/venv/bin/python3") };

test.for([
  ["/usr/bin:/bin", venv, "/opt/venv/bin:/usr/bin:/bin"],
  ["", venv, "/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ["/usr/bin", { prefix: toAbsPath("/app"), interpreter: undefined }, "/usr/bin"],
  ["/usr/bin", undefined, "/usr/bin"],
] as const)("programs of installed dependencies come first on PATH %s, %o", async ([path, dependencies, expected]) => {
  const { value: spec, rendered } = await parseText(
    "from: python\ninterpreter: python3\napp: .\nbuilders: {tools: {from: debian}}\nbinaries: [{path: jq, from: tools}]\n",
  );
  if (spec === undefined) throw new Error(rendered);
  const { views } = composeRequest(spec, {
    architecture: "amd64",
    epochSeconds: 0,
    settings: emptySettings,
    searchPaths: new Map([
      ["main", path],
      ["tools", "/bin"],
    ]),
    libraryPaths: new Map(),
    dependencies,
    notApplication: [],
  });
  expect(views.map(({ name, searchPath }) => [name, searchPath])).toEqual([
    ["main", expected],
    ["tools", "/bin"],
  ]);
});
