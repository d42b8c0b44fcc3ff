import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { php } from "../../../../src/runtimes/php/php.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";
import { root } from "./trace-php.ts";

it("leaves out packages of development, unless every start loads them", async () => {
  const input: ClosureCase = {
    root,
    trees: [
      {
        id: "app",
        kind: "app",
        prefix: "/app",
        tree: `
          //- /index.php
          //- /vendor/composer/autoload_files.php
          <?php return array('a' => $vendorDir . '/dev/loaded/a.php');
          //- /vendor/composer/installed.json
          {"packages": [{"name": "acme/lib"}, {"name": "dev/tool", "install-path": "../dev/tool"}, {"name": "dev/loaded"},
           {"name": "dev/outside", "install-path": "../../.."}, 7],
           "dev-package-names": ["dev/tool", "dev/loaded", "dev/outside"]}
          //- /vendor/acme/lib/lib.php
          //- /vendor/dev/tool/tool.php
          //- /vendor/dev/loaded/a.php
        `,
      },
    ],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { workdir: toAbsPath("/app"), cmd: ["-n", "index.php"], appRoot: toAbsPath("/app") },
    plugins: { runtimes: [php] },
  };
  const taken = async (prune: "safe" | "none") => {
    const { entries } = await closureOf({ ...input, process: { ...input.process, prune } });
    return entries.filter(({ path, kind }) => kind === "file" && path.includes("/vendor/")).map(({ path }) => path);
  };
  expect({ safe: await taken("safe"), none: await taken("none") }).toMatchInlineSnapshot(`
    {
      "none": [
        "/app/vendor/acme/lib/lib.php",
        "/app/vendor/composer/autoload_files.php",
        "/app/vendor/composer/installed.json",
        "/app/vendor/dev/loaded/a.php",
        "/app/vendor/dev/tool/tool.php",
      ],
      "safe": [
        "/app/vendor/acme/lib/lib.php",
        "/app/vendor/composer/autoload_files.php",
        "/app/vendor/composer/installed.json",
        "/app/vendor/dev/loaded/a.php",
      ],
    }
  `);
});

it("takes what Composer installed apart from the application, in place of a developer's copy", async () => {
  const app = `
    //- /index.php
    <?php require __DIR__ . "/vendor/autoload.php";
    //- /vendor/autoload.php
    <?php // of the developer
    //- /vendor/acme/lib/Old.php
  `;
  const installed = `
    //- /vendor/autoload.php
    <?php require_once __DIR__ . "/composer/autoload_real.php";
    //- /vendor/composer/autoload_real.php
    <?php
    //- /vendor/composer/installed.json
    {"packages": [{"name": "acme/lib"}, {"name": "dev/tool"}], "dev-package-names": ["dev/tool"]}
    //- /vendor/acme/lib/Lib.php
    <?php
    //- /vendor/acme/lib/data.json
    //- /vendor/dev/tool/tool.php
  `;
  const { entries } = await closureOf({
    root,
    trees: [
      { id: "dependencies", kind: "dependencies", prefix: "/app", tree: installed },
      { id: "app", kind: "app", prefix: "/app", tree: app, hides: ["vendor"] },
    ],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { workdir: toAbsPath("/app"), cmd: ["-n", "index.php"], appRoot: toAbsPath("/app") },
    plugins: { runtimes: [php] },
  });
  const files = entries.filter(({ path, kind }) => kind === "file" && path.startsWith("/app/"));
  expect(files.map(({ path, tree }) => `${path} ${tree?.id ?? ""}`)).toEqual([
    "/app/index.php app",
    "/app/vendor/acme/lib/Lib.php dependencies",
    "/app/vendor/acme/lib/data.json dependencies",
    "/app/vendor/autoload.php dependencies",
    "/app/vendor/composer/autoload_real.php dependencies",
    "/app/vendor/composer/installed.json dependencies",
  ]);
});
