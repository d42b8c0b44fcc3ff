import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { output } from "../../scripts/lib/command.ts";
import { savedImageConfig } from "../../scripts/lib/saved-image.ts";
import { bridgeBuildKit } from "../support/buildkit-bridge.ts";
import { pith } from "../support/command-line.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { folderTree, imageTree } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";
import { validateLayout } from "../support/validate-image.ts";

const { dockerHost, frontend, registry, store } = testEngine();
const project = makeProject({
  "pith.yaml": `# syntax=${frontend}
from: debian:trixie-slim
build: [mkdir /own && echo text >/own/text]
binaries: [/usr/bin/env]
closure: {include: [/own]}
`,
  "broken.yaml": `# syntax=${frontend}\nfrom: debian:trixie-slim\nbuild: ["exit 7"]\nbinaries: [/usr/bin/env]\n`,
});
const tag = `${registry}/pith-test/hand-over:1`;
let expected = "";
beforeAll(async () => {
  await mustBuild({ spec: project.path("pith.yaml"), tag });
  expected = await savedImageConfig(tag);
});

const at = (name: string): string => project.path(name);

async function build(to: string, { name = "pith.yaml", more = [] as readonly string[] } = {}) {
  return pith(["build", "-f", at(name), "-o", to, ...more]);
}

const pathsOf = (entries: readonly { readonly path: string }[]): readonly string[] =>
  entries.map(({ path }) => path).toSorted();

describe("a builder with steps goes to Docker", () => {
  test("for docker-archive:, which Docker loads", async () => {
    const built = await build(`docker-archive:${at("out.tar")}`, { more: ["-t", "pith-test/handed-over:1"] });
    expect({ code: built.code, err: built.err }).toMatchObject({ code: 0 });
    expect(built.err).toContain("it has the step");
    expect(built.err).toContain("handing the build over to docker buildx build");
    await dockerOutput(["load", "--input", at("out.tar")]);
    expect(await savedImageConfig("pith-test/handed-over:1")).toBe(expected);
  });

  test("for the engine itself, where no output is given", async () => {
    const built = await pith(["build", "-f", at("pith.yaml"), "-t", "pith-test/loaded:1"]);
    expect({ code: built.code, err: built.err }).toMatchObject({ code: 0 });
    expect(await savedImageConfig("pith-test/loaded:1")).toBe(expected);
  });

  test("for pith run, which starts the image and leaves no container", async () => {
    const ran = await pith(["run", "-t", "pith-test/run:1", "-e", "OWN=text", project.folder]);
    expect({ code: ran.code, err: ran.err }).toMatchObject({ code: 0 });
    expect(ran.out).toContain("OWN=text\n");
    expect(ran.err).toContain("--cap-drop ALL --read-only");
    expect(await dockerOutput(["ps", "--all", "--quiet", "--filter", "name=pith-"])).toBe("");
  });

  test("for dir: and tar:, which hold the image's files", async () => {
    expect(await build(`dir:${at("folder")}`)).toMatchObject({ code: 0 });
    expect(pathsOf(folderTree(at("folder")))).toEqual(pathsOf(await imageTree(tag)));
    expect(await build(`tar:${at("files.tar")}`)).toMatchObject({ code: 0 });
    expect(await output("tar", ["-xOf", at("files.tar"), "own/text"])).toBe("text\n");
  });

  const pushedName = `${registry}/pith-test/handed-over:${store}`;

  if (store === "classic")
    test("not for oci: and a registry, which graph drivers cannot write", async () => {
      const layout = at("layout");
      const built = await build(`oci:${layout}`, { more: ["-t", "one"] });
      expect([built.code, (await build(pushedName)).code]).toEqual([1, 1]);
      expect(built.err).toContain("OCI exporter is not supported for the docker driver");
      expect(existsSync(layout)).toBe(false);
    });

  if (store !== "classic")
    test("for oci: and a registry", async () => {
      const layout = at("layout");
      const built = await build(`oci:${layout}`, { more: ["-t", "one"] });
      const pushed = await build(pushedName);
      expect([built.code, pushed.code], built.err + pushed.err).toEqual([0, 0]);
      expect((await validateLayout(layout)).problems).toEqual([]);
      for (const source of [`oci:${layout}:one`, `docker://${pushedName}`]) {
        const args = ["inspect", "--config", "--raw", ...(source.startsWith("docker") ? ["--tls-verify=false"] : [])];
        expect(await output("skopeo", [...args, source])).toBe(expected);
      }
    });

  test("and what fails there leaves nothing", async () => {
    const { code, err } = await build(`dir:${at("failed")}`, { name: "broken.yaml" });
    expect(code).toBe(1);
    expect(err).toContain("STEP_FAILED");
    const left = readdirSync(join(project.folder)).filter((found) => found.includes("failed"));
    expect(left).toEqual([]);
  });
});

describe("where BUILDKIT_HOST names a BuildKit", () => {
  const before = { ...process.env };
  beforeEach(() => {
    // No Docker is in reach, and no builder that somebody has chosen.
    process.env["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
    delete process.env["BUILDX_BUILDER"];
  });
  afterEach(() => {
    process.env["DOCKER_HOST"] = before["DOCKER_HOST"];
    process.env["BUILDX_BUILDER"] = before["BUILDX_BUILDER"];
    delete process.env["BUILDKIT_HOST"];
  });

  test("the build goes there, and needs no Docker engine", async () => {
    const socket = at("buildkitd.sock");
    await using _ = await bridgeBuildKit(socket, dockerHost);
    process.env["BUILDKIT_HOST"] = `unix://${socket}`;
    const built = await build(`tar:${at("remote.tar")}`);
    expect({ code: built.code, err: built.err }).toMatchObject({ code: 0 });
    expect(built.err).toContain(`handing the build over to docker buildx build with the BuildKit at unix://${socket}`);
    expect(await output("tar", ["-xOf", at("remote.tar"), "own/text"])).toBe("text\n");
  });

  if (store !== "classic")
    test("the build goes there for docker-archive: and oci:", async () => {
      const socket = at("other-buildkitd.sock");
      await using _ = await bridgeBuildKit(socket, dockerHost);
      process.env["BUILDKIT_HOST"] = `unix://${socket}`;
      expect(await build(`docker-archive:${at("remote-docker.tar")}`, { more: ["-t", "app:1"] })).toMatchObject({
        code: 0,
      });
      expect(await build(`oci:${at("remote")}`, { more: ["-t", "one"] })).toMatchObject({ code: 0 });
      const read = async (source: string): Promise<string> =>
        output("skopeo", ["inspect", "--config", "--raw", source]);
      expect(await read(`oci:${at("remote")}:one`)).toBe(expected);
      expect(await output("tar", ["-xOf", at("remote-docker.tar"), "manifest.json"])).toContain("app:1");
    });

  test("one that does not answer is named", async () => {
    process.env["BUILDKIT_HOST"] = `unix://${at("nobody.sock")}`;
    const { code, err } = await build(`tar:${at("remote.tar")}`);
    expect(code).toBe(1);
    expect(err).toContain("SOURCE_NEEDED: cannot make the builder main: it has the step");
    expect(err).toContain(
      `the BuildKit that BUILDKIT_HOST names (unix://${at("nobody.sock")}) does not answer: start it`,
    );
  });
});
