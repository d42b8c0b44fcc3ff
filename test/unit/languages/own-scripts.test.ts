import { expect, test } from "vitest";
import { authorsFiles, ownScripts } from "../../../src/languages/own-scripts.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const deep = "a/b/c/d/e/f/g/h/i/j/k/l";

test("an author's files are those below the directory, however deep, and those that links lead to", async () => {
  const root = fixtureRoot(`
    //- /app/one.txt
    //- /app/${deep}/deep.txt
    //- /app/vendor/other.txt
    //- /app/.git/config
    //- /app/settings.yaml -> /srv/shared/settings.yaml
    //- /app/common -> /srv/common
    //- /app/up -> ..
    //- /app/again -> a
    //- /app/system -> /usr/share
    //- /app/gone -> /nowhere
    //- /srv/shared/settings.yaml
    //- /srv/common/two.txt
    //- /srv/common/back -> /app
    //- /srv/other.txt
    //- /usr/share/data.txt
  `);
  const found: string[] = [];
  const asking = { proc: { root }, files: processFiles(root) };
  for await (const { path, isElsewhere } of authorsFiles(toAbsPath("/app"), asking))
    found.push(isElsewhere ? `${path}, elsewhere` : path);
  expect(found).toEqual([
    `/app/${deep}/deep.txt`,
    "/app/one.txt",
    "/app/settings.yaml, elsewhere",
    "/srv/common/two.txt, elsewhere",
  ]);
});

test("a link of the application brings no script from elsewhere", async () => {
  const root = fixtureRoot(`
    //- /app/run 0755
    #!/bin/sh
    //- /app/link -> /home/dev/own
    //- /app/one.sh -> /home/dev/own/tool.sh
    //- /home/dev/own/tool.sh 0755
    #!/bin/sh
  `);
  const proc = { root, realProgram: toAbsPath("/usr/bin/host") };
  const needs = await ownScripts(toAbsPath("/app"), { proc, files: processFiles(root), givesToShell: true });
  expect(needs.map(({ path }) => path)).toEqual(["/app/run"]);
});
