import { expect, it } from "vitest";
import { lineOf, median, printTightness, readLines } from "../../tightness/table.ts";

it("takes medians of programs, and says which aims are met", () => {
  expect([median([]), median([3]), median([4, 1]), median([9, 1, 2])]).toEqual([undefined, 3, 2.5, 2]);
  const program = (group: string, level: "safe" | "reachable", shippedBytes: number) => ({
    group,
    name: "one",
    level,
    shippedBytes,
    openedBytes: 1e6,
    unopened: [{ path: "/usr/lib/never.so", sizeBytes: 5e5 }],
  });
  const measured = [program("web", "safe", 1.2e6), program("perl", "safe", 2.4e6), program("perl", "reachable", 1.6e6)];
  const lines = measured.map(lineOf);
  const page = printTightness(lines, "today.", ["ruby two at safe"]);
  expect(readLines(page)).toEqual(lines);
  expect(page.slice(page.indexOf("Made by `"))).toMatchInlineSnapshot(`
    "Made by \`npm run corpus -- --tightness\` today.

    ## Aims

    | group | level | median | aim |  |
    | --- | --- | --- | --- | --- |
    | data | safe |  | 1.5 | not measured |
    | media | safe |  | 1.5 | not measured |
    | shell | safe |  | 1.5 | not measured |
    | tools | safe |  | 1.5 | not measured |
    | web | safe | 1.20 | 1.5 | met |
    | perl | safe | 2.40 | 2.4 | met |
    | python | safe |  | 2.4 | not measured |
    | ruby | safe |  | 2.4 | not measured |
    | perl | reachable | 1.60 | 1.4 | missed |
    | python | reachable |  | 1.4 | not measured |
    | ruby | reachable |  | 1.4 | not measured |

    ## Medians

    | group | level | programs | median |
    | --- | --- | --- | --- |
    | web | safe | 1 | 1.20 |
    | perl | safe | 1 | 2.40 |
    | perl | reachable | 1 | 1.60 |

    ## Programs

    \`Largest not opened\` lists files that ship and that these runs did not open.

    | program | level | shipped | opened | ratio | largest not opened |
    | --- | --- | --- | --- | --- | --- |
    | web one | safe | 1.2 MB | 1.0 MB | 1.20 | /usr/lib/never.so (0.5 MB) |
    | perl one | safe | 2.4 MB | 1.0 MB | 2.40 | /usr/lib/never.so (0.5 MB) |
    | perl one | reachable | 1.6 MB | 1.0 MB | 1.60 | /usr/lib/never.so (0.5 MB) |

    Not measured:

    - ruby two at safe
    "
  `);
});
