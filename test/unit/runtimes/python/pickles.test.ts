import { expect, it } from "vitest";
import { memoryRootFs } from "../../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { closureOf } from "../../../support/closure.ts";
import { parseFixture } from "../../../support/fixture.ts";
import { library, site } from "./trace-unknowns.ts";

it("takes the modules of the objects that pickled data beside a module holds", async () => {
  const files = parseFixture(
    `${library}
//- /app/app.py
import money
//- SITE/money/__init__.py
//- SITE/money/numbers.py
//- SITE/money/rules.py
//- SITE/money/unused.py
`.replaceAll("SITE", site),
  );
  const pickle = (text: string): { content: Uint8Array } => ({ content: Buffer.from(text, "latin1") });
  const { entries } = await closureOf({
    root: "",
    tree: memoryRootFs([
      ...files,
      [`${site}/money/old.dat`, pickle("\x80\x02cmoney.numbers\nPattern\nq\x00.")],
      [`${site}/money/new.dat`, pickle("\x80\x04\x8c\x0bmoney.rules\x8c\x04Rule\x93.")],
      [`${site}/money/words.dat`, pickle("money.unused")],
    ]),
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: {
      cmd: ["app.py"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      stdlib: "reachable",
      prune: "reachable",
    },
    plugins: { runtimes: [python] },
  });
  const shipped = entries.map(({ path }) => path).filter((path) => path.startsWith(`${site}/money/`));
  expect(shipped.map((path) => path.slice(`${site}/money/`.length))).toEqual([
    "__init__.py",
    "new.dat",
    "numbers.py",
    "old.dat",
    "rules.py",
    "words.dat",
  ]);
});
