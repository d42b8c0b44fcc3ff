import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { mustBuild } from "../support/engine.ts";
import { imageTree, inspectImage } from "../support/image-tree.ts";
import { type LambdaFunction, parsed, startFunction } from "../support/lambda-function.ts";
import { makeProject, type Project } from "../support/project.ts";
import { inTurn } from "../support/turn.ts";

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

/**
 * The example's own spec and dependencies, so that they are built once, with functions that do what the protocol has.
 */
function protocolProject(name: string, { dependencies, sources, handler }: Functions): Project {
  const fixture = (file: string) => readFileSync(join(projectFolder, "test/engine/fixtures/lambda", file), "utf8");
  return makeProject({
    "pith.yaml": example(name, "pith.yaml").replace(/^handler: .*$/mu, `handler: ${handler}`),
    ...Object.fromEntries(dependencies.map((file) => [file, example(name, file)])),
    ...Object.fromEntries(Object.entries(sources).map(([location, file]) => [location, fixture(file)])),
  });
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

const turns = {
  file: "test/engine/serverless.test.ts",
  nameOf: ({ language }: (typeof languages)[number]) => language,
  pathOf: ({ language }: (typeof languages)[number]) => `examples/lambda-${language}/`,
};

describe.for(inTurn(languages, turns))(
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
