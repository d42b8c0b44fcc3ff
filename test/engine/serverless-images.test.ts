import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { confined } from "../../scripts/lib/containers.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { docker, dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { inspectImage } from "../support/image-tree.ts";
import { parsed, startFunction } from "../support/lambda-function.ts";
import { makeProject } from "../support/project.ts";

const payload = "x".repeat(6 * 1024 * 1024 - 100);

describe("AWS Lambda, a program of its own", () => {
  const tag = "pith-lambda-bootstrap";
  const spec = join(projectFolder, "examples/lambda-bootstrap/pith.yaml");
  beforeAll(async () => {
    await mustBuild({ spec, tag });
  });

  test("speaks the protocol", async () => {
    await using called = await startFunction(tag);
    expect(parsed(await called.invoke({ payload }))).toEqual({
      kind: "response",
      body: { bytes: payload.length + 14 },
    });
    expect(parsed(await called.invoke([]))).toMatchObject({ kind: "error", type: "NoObject" });
    expect(parsed(await called.invoke({}))).toEqual({ kind: "response", body: { bytes: 2 } });
    expect(called.api.violations).toEqual([]);
    await using broken = await startFunction(tag, "other");
    expect(await broken.api.failedStart()).toMatchObject({ type: "Runtime.NoSuchFunction" });
    expect(await broken.ended()).toBe(1);
  });

  test("is pushed as one manifest of a type that the platform takes", async () => {
    const reference = `${testEngine().registry}/lambda-bootstrap:one`;
    await dockerOutput(["tag", tag, reference]);
    await dockerOutput(["push", reference]);
    expect(await manifestType(reference)).toMatch(
      /^application\/vnd\.(?:docker\.distribution\.manifest\.v2|oci\.image\.manifest\.v1)\+json$/u,
    );
  });

  test("warns of an index", async () => {
    const dest = makeProject({}).path("out");
    const args = ["--build-arg", "BUILDKIT_MULTI_PLATFORM=1", `--output=type=local,dest=${dest}`];
    const output = await mustBuild({ spec, args });
    expect(output).toContain(
      "SERVERLESS_INDEX: cannot give aws-lambda this image as it is: it has the form of several platforms",
    );
  });

  // The classic store attaches no attestations.
  if (process.env["PITH_STORE"] === "containerd") {
    test("warns of attestations, which make an index", async () => {
      const reference = `${testEngine().registry}/lambda-bootstrap:attested`;
      const output = await mustBuild({
        spec,
        args: ["--provenance=true", `--output=type=image,name=${reference},push=true`],
      });
      expect(output).toContain("provenance beside it makes it an index");
      expect(await manifestType(reference)).toMatch(/index|list/u);
    });
  }
});

async function manifestType(reference: string): Promise<string> {
  const [host = "", rest = ""] = reference.split(/\/(.*)/u);
  const [repository = "", tag = ""] = rest.split(":");
  const accept = [
    "docker.distribution.manifest.v2",
    "docker.distribution.manifest.list.v2",
    "oci.image.manifest.v1",
    "oci.image.index.v1",
  ];
  const response = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    headers: { Accept: accept.map((name) => `application/vnd.${name}+json`).join(", ") },
  });
  return response.headers.get("content-type") ?? "";
}

test("Cloud Run and Knative: the platform's port, a user by number, an end at SIGTERM", async () => {
  const tag = "pith-cloud-run";
  await mustBuild({ spec: join(projectFolder, "examples/cloud-run/pith.yaml"), tag });
  const { User, ExposedPorts, StopSignal } = (await inspectImage(tag)).config;
  expect({ User, ports: Object.keys(ExposedPorts ?? {}), StopSignal }).toEqual({
    User: "65532:65532",
    ports: ["8080/tcp"],
    StopSignal: undefined,
  });
  const id = await dockerOutput(["run", "--detach", ...confined, "--env=PORT=9123", tag]);
  try {
    const pid = await dockerOutput(["inspect", "--format", "{{.State.Pid}}", id]);
    // 0x23A3 is 9123, 0A means listening.
    for (let attempt = 0; !/:23A3 \S+ 0A /u.test(readFileSync(`/proc/${pid}/net/tcp6`, "utf8")); attempt++) {
      if (attempt === 100) throw new Error((await docker(["logs", id])).stderr);
      await delay(100);
    }
    await dockerOutput(["stop", "--time", "5", id]);
    expect(await dockerOutput(["inspect", "--format", "{{.State.ExitCode}}", id])).toBe("0");
    expect(await dockerOutput(["logs", id])).toBe("closed");
  } finally {
    await docker(["rm", "--force", id]);
  }
});
