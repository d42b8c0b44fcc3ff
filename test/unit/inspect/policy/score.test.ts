import { expect, it } from "vitest";
import { classifyFiles } from "../../../../src/inspect/policy/classify.ts";
import { scoreSurface } from "../../../../src/inspect/policy/score.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const facts = { packages: 0, fileCapabilities: 0, secrets: 0, required: new Set<string>() };

it("gives an empty image nothing", async () => {
  expect(scoreSurface(await classifyFiles(fixtureRoot("")), facts).total).toBe(0);
});

it("adds up what the guide says", async () => {
  const files = await classifyFiles(
    fixtureRoot(`
//- /usr/bin/dash 0755 elf=x86_64 loader
//- /usr/bin/bash 0755 elf=x86_64 loader
//- /usr/bin/python3 0755 elf=x86_64 loader
//- /usr/bin/su 4755 elf=x86_64 loader
//- /tmp/ 1777
//- /var/spool/ 0777
//- /var/spool/note 0666
//- /dev/null 0666 device
`),
  );
  const score = scoreSurface(files, { ...facts, packages: 9, secrets: 1, required: new Set(["/usr/bin/python3"]) });
  expect(score.terms).toEqual({
    capabilities: 25 + 12 + 3,
    setuid: 10,
    fileCapabilities: 0,
    worldWritable: 10,
    executables: 7,
    packages: 10,
    secrets: 25,
    devices: 10,
  });
  expect(score.total).toBe(112);
  expect(score.requiredCapabilities).toBe(12);
  expect(score.found.map(({ capability, paths }) => `${capability}: ${paths.join(" ")}`)).toEqual([
    "shell: /usr/bin/bash /usr/bin/dash",
    "interpreter: /usr/bin/python3",
    "privilege: /usr/bin/su",
  ]);
});

it("has a most for every term", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `//- /opt/${String(index)} 6777\nx`);
  const devices = Array.from({ length: 3 }, (_, index) => `//- /dev/${String(index)} device`);
  const files = await classifyFiles(fixtureRoot([...names, ...devices].join("\n")));
  const { terms } = scoreSurface(files, { ...facts, packages: 1e9, fileCapabilities: 9, secrets: 9 });
  expect(terms).toMatchObject({
    setuid: 50,
    fileCapabilities: 30,
    worldWritable: 20,
    packages: 50,
    secrets: 100,
    devices: 20,
  });
});
