import { parseArgs } from "node:util";
import { ensureBaseImages } from "./lib/base-images.ts";
import { demoOnEngine, NoBases } from "./lib/demo-on-engine.ts";
import { demoWithoutEngine } from "./lib/demo-without-engine.ts";
import { withEngine } from "./lib/engine.ts";
import { Lack } from "./lib/failures.ts";
import { loadingBaseImages, madeName } from "./lib/load-base-images.ts";
import { findDocker, type OwnDocker, unobtainable } from "./lib/own-docker.ts";
import { step } from "./lib/progress.ts";
import { logFile, say } from "./lib/project.ts";

/*
 * `npm run demo`: on the Docker that is there, with its base images or with ones made here; else on a private engine;
 * else with Node alone. Each of them says why it is taken.
 */

const nodeBase = "node:24-slim";
const pythonBase = "python:3.13-slim";
const bases: readonly string[] = [nodeBase, pythonBase];

async function onOwnDocker({ dockerHost, environment }: OwnDocker): Promise<void> {
  say(`demo: using the Docker at ${dockerHost}`);
  const lacking = await step(`demo: ${bases.join(" and ")}`, "up to 20 s, more where they are pulled", async () =>
    unobtainable(bases, environment),
  );
  const [reason] = lacking.values();
  if (reason !== undefined) {
    const names = [...lacking.keys()];
    say(
      `demo: that Docker cannot pull ${names.join(" and ")} (${reason}), so the demo makes and loads ` +
        `${names.map(madeName).join(" and ")}, from Debian's packages`,
    );
  }
  const loading = loadingBaseImages([...lacking.keys()], environment);
  const registry = process.env["PITH_REGISTRY"];
  await demoOnEngine({
    frontend: registry === undefined ? "pith-demo/frontend:1" : `${registry}/pith:1`,
    push: registry !== undefined,
    environment,
    network: registry === undefined ? [] : ["--network=host"],
    node: loading.get(nodeBase) ?? Promise.resolve(nodeBase),
    python: loading.get(pythonBase) ?? Promise.resolve(pythonBase),
  });
}

async function onPrivateEngine(): Promise<void> {
  await withEngine("classic", async ({ registry, environment }) => {
    // For the commands that run the image, too.
    Object.assign(process.env, environment);
    const made = async (name: string): Promise<string> => {
      await ensureBaseImages(registry, [name]);
      return name;
    };
    await demoOnEngine({
      frontend: `${registry}/pith:1`,
      push: true,
      environment,
      // A private engine leaves the host's packet rules alone, so its containers have no network of their own to the
      // outside.
      network: ["--network=host"],
      node: made(nodeBase),
      python: made(pythonBase),
    });
  });
}

/** Why no engine has shown the demo; undefined where one has. */
async function onAnEngine(): Promise<string | undefined> {
  const found = await findDocker();
  try {
    if ("docker" in found) {
      await onOwnDocker(found.docker);
      return undefined;
    }
    say(`demo: ${found.reason}; a private engine is started for as long as this runs`);
    await onPrivateEngine();
    return undefined;
  } catch (failure) {
    if (!(failure instanceof Lack || failure instanceof NoBases)) throw failure;
    return failure.message;
  }
}

const { values } = parseArgs({ options: { "no-engine": { type: "boolean" }, output: { type: "string" } } });
say(`demo: what programs print goes to ${logFile()}`);
const reason = values["no-engine"] === true ? "as --no-engine says" : await onAnEngine();
if (reason !== undefined) {
  say(`demo: ${reason}`);
  say("demo: so no engine is used; the command line makes an image by itself");
  await demoWithoutEngine(values.output);
}
