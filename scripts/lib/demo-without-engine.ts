import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { defaultPath } from "../../src/rootfs/default-path.ts";
import { examples } from "../../test/support/run-json.ts";
import { bundle } from "./bundle.ts";
import { output } from "./command.ts";
import { checkSpace } from "./disk.ts";
import { folderFiles } from "./folder-files.ts";
import { figuresOf } from "./image-statistics.ts";
import { undoing } from "./interruption.ts";
import { runLogged, step } from "./progress.ts";
import { projectFolder, say } from "./project.ts";
import { freePort } from "./registry.ts";
import { askRooted } from "./rooted.ts";
import { beforeAndAfter } from "./table.ts";

const name = "node-express";
const folder = join(projectFolder, "dist");
const cli = join(folder, "cli.js");

/**
 * The demo with nothing but Node: the machine itself is the builder, its own Node the interpreter. `archive`: where the
 * image is to be kept.
 */
export async function demoWithoutEngine(archive: string | undefined): Promise<void> {
  const example = examples().find((known) => known.name === name);
  const probe = example?.run.probe;
  if (example === undefined || probe === undefined) throw new Error(`cannot find examples/${name}`);
  checkSpace(tmpdir(), leastGigabytes, "TMPDIR");
  mkdirSync(folder, { recursive: true });
  await bundle("cli", folder);
  const scratch = mkdtempSync(join(tmpdir(), "pith-demo-"));
  const undo = (): void => rmSync(scratch, { recursive: true, force: true });
  await undoing(undo, async () => {
    const application = join(scratch, "app");
    cpSync(example.folder, application, { recursive: true, filter: (path) => !path.endsWith("/node_modules") });
    await step("demo: what npm installs for examples/node-express", "up to 20 s", async () =>
      runLogged("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund", "--prefix", application]),
    );

    const spec = ownNodeIsOnPath() ? join(application, "pith.yaml") : specWithNode(application);
    const image = archive ?? join(scratch, "out.tar");
    const from = ["-f", spec, "--source", "main=dir:/", "--dependencies", `dir:${application}`];
    await step("demo: the image, from the Node of this machine", "up to 60 s", async () =>
      runLogged(process.execPath, [cli, "build", ...from, "-o", `oci-archive:${image}`, "-t", `${name}:pith`]),
    );

    const root = join(scratch, "rootfs");
    await runLogged(process.execPath, [cli, "save-rootfs", `oci-archive:${image}`, root]);
    await run(image, root, probe);

    const before = await step("demo: counting the files of this machine", "up to a minute", async () =>
      Promise.resolve(figuresOf(folderFiles(""))),
    );
    const after = figuresOf(folderFiles(root), before.owners);
    say(
      "\nwhat is compared: this machine, without what is mounted below its root, and the image of examples/node-express.",
    );
    say("packages are those of Debian, Python and npm\n");
    console.log(beforeAndAfter({ "this machine": before.figures, "the image": after.figures }));
    if (archive !== undefined)
      say(`\nthe image is in ${archive}: docker load -i ${archive} && docker run -p 3000:3000 ${name}:pith`);
  });
}

/** What the application, the image and its files take while they are made. */
const leastGigabytes = 0.5;

const settingsSchema = z.object({
  settings: z.object({
    entrypoint: z.array(z.string()),
    cmd: z.array(z.string()),
    env: z.record(z.string(), z.string()),
    workdir: z.string(),
  }),
});

/** Starts the image's server in its own root. A machine that lets nobody do so has shown everything but that. */
async function run(
  image: string,
  root: string,
  { path, status, body }: { readonly path: string; readonly status: number; readonly body: string },
): Promise<void> {
  const inspected = await output(process.execPath, [cli, "inspect", "--json", `oci-archive:${image}`]);
  const { settings } = settingsSchema.parse(JSON.parse(inspected));
  const port = await freePort();
  const command = [...settings.entrypoint, ...settings.cmd];
  say(`demo: running ${command.join(" ")} with the image's files as its root`);
  const env = { ...settings.env, PORT: String(port) };
  const { answer, said } = await askRooted({ folder: root, command, env, workdir: settings.workdir }, { port, path });
  if (answer === undefined) {
    say(`this machine lets nobody enter another root, so it was not run: ${said.trim()}`);
    return;
  }
  say(
    `GET ${path} -> ${String(answer.status)}, ${String(answer.body.length)} characters: ${JSON.stringify(answer.body.slice(0, 72))}`,
  );
  if (answer.status !== status || answer.body !== body)
    throw new Error("cannot show the demo: the server answered something else");
}

/** True when the spec finds a Node where it looks for programs. */
function ownNodeIsOnPath(): boolean {
  return defaultPath.split(":").some((folder) => {
    try {
      accessSync(join(folder, "node"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The example's spec with the Node that runs this, for machines that have theirs somewhere else. */
function specWithNode(application: string): string {
  const file = join(application, "here.yaml");
  writeFileSync(file, `include: [pith.yaml]\ninterpreter: ${JSON.stringify(process.execPath)}\n`);
  return file;
}
