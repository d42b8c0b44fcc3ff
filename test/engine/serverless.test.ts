import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { confined } from "../../scripts/lib/containers.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { docker, dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { imageTree, inspectImage } from "../support/image-tree.ts";
import { type LambdaFunction, startFunction } from "../support/lambda-function.ts";
import { makeProject, type Project } from "../support/project.ts";
import type { Outcome } from "../support/runtime-api.ts";

const payload = "x".repeat(6 * 1024 * 1024 - 100);

function example(name: string, file: string): string {
  return readFileSync(join(projectFolder, "examples", name, file), "utf8");
}

interface Functions {
  /** Files of the example that its dependencies are made from. */
  readonly dependencies: readonly string[];
  /** Fixtures by the places that they get in the application. */
  readonly sources: Readonly<Record<string, string>>;
  readonly handler: string;
}

/** The example's own spec and dependencies, so that they are built once, with functions that do what the protocol has. */
function protocolProject(name: string, { dependencies, sources, handler }: Functions): Project {
  const fixture = (file: string) => readFileSync(join(projectFolder, "test/engine/fixtures/lambda", file), "utf8");
  return makeProject({
    "pith.yaml": example(name, "pith.yaml").replace(/^handler: .*$/mu, `handler: ${handler}`),
    ...Object.fromEntries(dependencies.map((file) => [file, example(name, file)])),
    ...Object.fromEntries(Object.entries(sources).map(([place, file]) => [place, fixture(file)])),
  });
}

function parsed(outcome: Outcome): unknown {
  return outcome.kind === "timeout" ? outcome : { ...outcome, body: JSON.parse(outcome.body) as unknown };
}

const languages = [
  {
    language: "node",
    functions: {
      dependencies: ["package.json", "package-lock.json"],
      sources: { "functions.mjs": "functions.mjs", "broken.mjs": "broken.mjs" },
      handler: "functions.handler",
    },
    broken: "broken.handler",
    entrypoint: ["/usr/local/bin/node", "/app/node_modules/aws-lambda-ric/index.mjs"],
    failedStart: "RangeError",
    alone: "from: node:24-slim\ninterpreter: node\n",
    mostBytes: 3_000_000,
  },
  {
    language: "python",
    functions: {
      dependencies: ["requirements.txt"],
      sources: { "functions.py": "functions.py", "broken.py": "broken.py" },
      handler: "functions.handler",
    },
    broken: "broken.handler",
    entrypoint: ["/opt/venv/bin/python3", "-m", "awslambdaric"],
    failedStart: "ArithmeticError",
    alone: "from: python:3.13-slim\ninterpreter: python3\n",
    mostBytes: 3_000_000,
  },
  {
    language: "java",
    functions: {
      dependencies: ["client/AWSLambda.java", "client/Context.java", "client/RequestStreamHandler.java"],
      sources: { "src/Functions.java": "Functions.java", "src/Broken.java": "Broken.java" },
      handler: "Functions::handleRequest",
    },
    broken: "Broken::handleRequest",
    entrypoint: [
      "/usr/bin/java",
      "-cp",
      "/app/classes:/app/lib/*",
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
    ],
    failedStart: "java.lang.ArithmeticException",
    alone: "from: debian:trixie-slim\npackages: [openjdk-21-jdk-headless]\ninterpreter: java\n",
    mostBytes: 100_000,
  },
] as const;

describe.for(languages)(
  "AWS Lambda, $language",
  ({ language, functions, broken: brokenHandler, entrypoint, failedStart, alone, mostBytes }) => {
    const tag = `pith-lambda-${language}`;
    const project = protocolProject(`lambda-${language}`, functions);
    let called: LambdaFunction;

    beforeAll(async () => {
      await mustBuild({ spec: project.path("pith.yaml"), tag });
      called = await startFunction(tag);
    });
    afterAll(async () => called[Symbol.asyncDispose]());

    test("is configured as the platform expects", async () => {
      const { Entrypoint, Cmd, Env, WorkingDir } = (await inspectImage(tag)).config;
      expect({ Entrypoint, Cmd, WorkingDir }).toEqual({
        Entrypoint: entrypoint,
        Cmd: [functions.handler],
        WorkingDir: "/app",
      });
      expect(Env).toEqual(expect.arrayContaining([`_HANDLER=${functions.handler}`, "LAMBDA_TASK_ROOT=/app"]));
    });

    test("adds little to the interpreter alone", async () => {
      const aloneTag = `pith-alone-${language}`;
      await mustBuild({ spec: makeProject({ "pith.yaml": alone }).path("pith.yaml"), tag: aloneTag });
      expect((await bytesOf(tag)) - (await bytesOf(aloneTag))).toBeLessThanOrEqual(mostBytes);
    });

    test("answers two invocations in one process, as the platform's user, with /tmp alone to write to", async () => {
      for (const calls of [1, 2]) {
        const outcome = parsed(await called.invoke({ action: "describe" }, 9000));
        expect(outcome).toEqual({
          kind: "response",
          body: {
            calls,
            remaining: expect.any(Number) as unknown,
            id: `8476a536-e9f4-11e8-9739-${String(calls).padStart(12, "0")}`,
            user: 993,
            elsewhere: "EROFS",
          },
        });
        const { body } = z.object({ body: z.object({ remaining: z.number() }) }).parse(outcome);
        expect(body.remaining).toBeGreaterThan(0);
        expect(body.remaining).toBeLessThanOrEqual(9000);
      }
    });

    test("reports an error of the function and goes on", async () => {
      expect(parsed(await called.invoke({ action: "fail" }))).toEqual({
        kind: "error",
        type: expect.stringMatching(/TypeError$|^Unhandled$|^$/u) as unknown,
        body: expect.objectContaining({ errorType: "TypeError", errorMessage: "no such order" }) as unknown,
      });
      expect(parsed(await called.invoke({ action: "echo", payload: 1 }))).toEqual({ kind: "response", body: 1 });
    });

    test("takes and answers 6 MB", async () => {
      const outcome = await called.invoke({ action: "echo", payload });
      expect(outcome.kind).toBe("response");
      expect(outcome.kind === "response" && JSON.parse(outcome.body) === payload).toBe(true);
    });

    test("is started anew after a timeout", async () => {
      expect(await called.invoke({ action: "hang" }, 1500)).toEqual({ kind: "timeout" });
      await called.restart();
      expect(parsed(await called.invoke({ action: "describe" }))).toMatchObject({
        kind: "response",
        body: { calls: 1 },
      });
      expect(called.api.violations).toEqual([]);
    });

    test("reports a function that cannot be loaded, and ends", async () => {
      await using broken = await startFunction(tag, brokenHandler);
      const { type, body } = await broken.api.failedStart();
      expect({ type, body: JSON.parse(body) as unknown }).toEqual({
        type: failedStart,
        body: expect.objectContaining({
          errorType: failedStart,
          errorMessage: expect.stringContaining("no configuration") as unknown,
        }) as unknown,
      });
      expect(await broken.ended()).not.toBe(0);
      expect(broken.api.violations).toEqual([]);
    });
  },
);

async function bytesOf(image: string): Promise<number> {
  const files = (await imageTree(image)).filter(({ type, path }) => type === "file" && !path.endsWith(".pyc"));
  return files.reduce((sum, { size }) => sum + size, 0);
}

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
