import { chmodSync, chownSync, cpSync, existsSync, lutimesSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../../scripts/lib/project.ts";
import { savedImageConfig } from "../../../scripts/lib/saved-image.ts";
import { twoAtOnce } from "../../../scripts/lib/two-at-once.ts";
import { mustBuild, testEngine } from "../../support/engine.ts";
import { inspectImage } from "../../support/image-tree.ts";
import { onOtherStores } from "../../support/other-stores.ts";
import { makeProject } from "../../support/project.ts";

const ours = makeProject({
  // apt compiles the modules anew in each build.
  "packaged/pith.yaml":
    "from: debian:trixie-slim\npackages: [python3, python3-click]\ninterpreter: python3\napp: .\ncmd: [main.py]\n",
  "packaged/main.py": "import asyncio, json, click\nprint(click)\n",
  // A requirement list that names its own source, and files of the client in places of their own.
  "offline/pith.yaml": `from: python:3.13-slim
interpreter: python3
app: .
files:
  /etc/app/conf.ini: {from: context, src: conf.ini}
  /etc/app/tree: {from: context, src: tree}
  /usr/share/app/data: {from: context, src: usr/share/app/data}
cmd: [main.py]
`,
  "offline/requirements.txt": "--no-index\n--find-links /usr/share/wheelhouse\njinja2\nmarkupsafe\n",
  "offline/main.py": "import jinja2\nprint(jinja2)\n",
  "offline/conf.ini": "a=1\n",
  "offline/tree/run.sh": "#!/bin/sh\n",
  "offline/usr/share/app/data": "data\n",
});

const allNames = ["python-flask", "node-express", "c-dynamic", "packaged", "offline"];
/** Built on both stores, whose digests are compared. */
const ofStoring = ["python-flask", "offline"];
const names = testEngine().isInFull ? allNames : ofStoring;
const elsewhere = makeProject({});

beforeAll(async () => {
  chmodSync(ours.path("offline/tree/run.sh"), 0o755);
  for (const name of names) {
    const example = join(projectFolder, "examples", name);
    cpSync(existsSync(example) ? example : ours.path(name), elsewhere.path(name), { recursive: true });
    estrange(elsewhere.path(name));
  }
  await buildAll("here", (name) => {
    const example = join(projectFolder, "examples", name);
    return existsSync(example) ? example : ours.path(name);
  });
  await buildAll("elsewhere", (name) => elsewhere.path(name));
});

/** As if another user with another umask had checked the files out at another time. */
function estrange(path: string): void {
  const stat = statSync(path);
  if (stat.isDirectory()) for (const name of readdirSync(path)) estrange(join(path, name));
  chmodSync(path, stat.mode & 0o700);
  chownSync(path, 1234, 1234);
  lutimesSync(path, 981_173_106, 981_173_106);
}

async function buildAll(copy: string, folderOf: (name: string) => string): Promise<void> {
  const env = { SOURCE_DATE_EPOCH: "1700000000" };
  await twoAtOnce(names, async (name) => {
    // Every step is run again, and what other suites have cached stays for them.
    const spec = join(folderOf(name), "pith.yaml");
    const progress = await mustBuild({ spec, tag: tagOf(name, copy), env, args: ["--no-cache"] });
    expect(progress).not.toMatch(/^#\d+ CACHED$/mu);
  });
}

function tagOf(name: string, copy: string): string {
  return `pith-test/reproducible-${name}:${copy}`;
}

test.for(names)(
  "%s has the same digests when every step is run again, from another folder, and on the other store",
  async (name) => {
    const [here, there] = [await inspectImage(tagOf(name, "here")), await inspectImage(tagOf(name, "elsewhere"))];
    expect(there.diffIds).toEqual(here.diffIds);
    const config = await savedImageConfig(tagOf(name, "here"));
    expect(config).toContain('"created":"2023-11-14T22:13:20Z"');
    expect(await savedImageConfig(tagOf(name, "elsewhere"))).toBe(config);
    expect(there.id).toBe(here.id);
    for (const other of onOtherStores(`${name}.json`, config)) expect(config).toBe(other);
  },
);
