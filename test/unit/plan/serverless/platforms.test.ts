import { expect, test } from "vitest";
import { emptySettings } from "../../../../src/formats/oci/image-config.ts";
import { composeRequest } from "../../../../src/plan/closure-request.ts";
import { planSettings } from "../../../../src/plan/image-process.ts";
import { type AskedImage, checkBuild } from "../../../../src/plan/serverless/check-build.ts";
import type { Spec } from "../../../../src/spec/spec.ts";
import { parseText } from "../../spec/parse-text.ts";

async function specOf(...lines: readonly string[]): Promise<Spec> {
  const { value, rendered } = await parseText(`${lines.join("\n")}\n`);
  if (value === undefined) throw new Error(rendered);
  return value;
}

/** The image settings that the platform decides, and the start that the resolver is asked for. */
async function plan(...lines: readonly string[]): Promise<unknown> {
  const spec = await specOf(...lines);
  const base = { ...emptySettings, entrypoint: ["/own"], cmd: ["serve"] };
  const settings = planSettings(spec, base, {});
  const request = composeRequest(spec, {
    architecture: "amd64",
    epochSeconds: 0,
    settings,
    searchPaths: new Map(),
    libraryPaths: new Map(),
    dependencies: undefined,
    notApplication: [],
  });
  const { env, entrypoint, cmd, ports } = settings;
  const { call, isAnyUser, entrypoint: started, cmd: args } = request.process;
  const roots = request.roots.map(({ kind, pointer }) => `${kind} ${pointer}`);
  return { env, entrypoint, cmd, ports, asked: { call, isAnyUser, started, args }, roots };
}

test("AWS Lambda: the interpreter's client calls the function", async () => {
  expect(
    await plan("from: python", "interpreter: python3", "app: .", "serverless: aws-lambda", "handler: app.handler"),
  ).toMatchInlineSnapshot(`
    {
      "asked": {
        "args": undefined,
        "call": {
          "handler": "app.handler",
          "platform": "aws-lambda",
        },
        "isAnyUser": true,
        "started": undefined,
      },
      "cmd": [],
      "entrypoint": [],
      "env": {
        "LAMBDA_TASK_ROOT": "/app",
        "_HANDLER": "app.handler",
      },
      "ports": [],
      "roots": [
        "interpreter /interpreter",
        "app /app",
      ],
    }
  `);
});

test("AWS Lambda: a program called bootstrap is the run-time, then a lone program, then the application's bootstrap", async () => {
  const bootstrap = "binaries: [curl, {path: /out/boot, as: /var/runtime/bootstrap}]";
  expect(await plan("from: debian", bootstrap, "serverless: aws-lambda", "handler: greet")).toMatchInlineSnapshot(`
    {
      "asked": {
        "args": [
          "greet",
        ],
        "call": undefined,
        "isAnyUser": true,
        "started": [
          "/var/runtime/bootstrap",
        ],
      },
      "cmd": [
        "greet",
      ],
      "entrypoint": [
        "/var/runtime/bootstrap",
      ],
      "env": {
        "LAMBDA_TASK_ROOT": "/",
        "_HANDLER": "greet",
      },
      "ports": [],
      "roots": [
        "binary /binaries/0",
        "binary /binaries/1",
        "entrypoint /serverless",
      ],
    }
  `);
  expect(await plan("from: debian", "binaries: [/out/function]", "serverless: aws-lambda")).toMatchInlineSnapshot(`
    {
      "asked": {
        "args": [],
        "call": undefined,
        "isAnyUser": true,
        "started": [
          "/out/function",
        ],
      },
      "cmd": [],
      "entrypoint": [
        "/out/function",
      ],
      "env": {
        "LAMBDA_TASK_ROOT": "/",
      },
      "ports": [],
      "roots": [
        "binary /binaries/0",
        "entrypoint /serverless",
      ],
    }
  `);
  expect(await plan("from: debian", "app: {src: ., dest: /task}", "serverless: aws-lambda")).toMatchInlineSnapshot(`
    {
      "asked": {
        "args": [],
        "call": undefined,
        "isAnyUser": true,
        "started": [
          "/task/bootstrap",
        ],
      },
      "cmd": [],
      "entrypoint": [
        "/task/bootstrap",
      ],
      "env": {
        "LAMBDA_TASK_ROOT": "/task",
      },
      "ports": [],
      "roots": [
        "app /app",
        "entrypoint /serverless",
      ],
    }
  `);
});

test("AWS Lambda: an adopted image keeps its entrypoint", async () => {
  expect(await plan("from: own:1", "serverless: aws-lambda", "handler: app.handler")).toMatchInlineSnapshot(`
    {
      "asked": {
        "args": [
          "app.handler",
        ],
        "call": undefined,
        "isAnyUser": true,
        "started": [
          "/own",
        ],
      },
      "cmd": [
        "app.handler",
      ],
      "entrypoint": [
        "/own",
      ],
      "env": {
        "LAMBDA_TASK_ROOT": "/",
        "_HANDLER": "app.handler",
      },
      "ports": [],
      "roots": [
        "entrypoint /builders/main/from",
      ],
    }
  `);
});

test("AWS Lambda: a target replaces what the main image starts", async () => {
  const spec = await specOf(
    "from: python",
    "interpreter: python3",
    "app: .",
    "cmd: [-m, gunicorn]",
    "targets: {lambda: {serverless: aws-lambda, handler: app.handler}, plain: {}}",
  );
  const { lambda } = spec.targets;
  expect(lambda?.serverless).toEqual({ platform: "aws-lambda", handler: "app.handler" });
  expect(lambda === undefined ? undefined : planSettings(lambda, emptySettings, {}).cmd).toEqual([]);
});

test("Cloud Run and Knative: one port, which PORT names", async () => {
  expect(await plan("from: node", "interpreter: node", "app: .", "serverless: knative")).toMatchInlineSnapshot(`
    {
      "asked": {
        "args": undefined,
        "call": undefined,
        "isAnyUser": undefined,
        "started": undefined,
      },
      "cmd": [],
      "entrypoint": [],
      "env": {
        "PORT": "8080",
      },
      "ports": [
        "8080/tcp",
      ],
      "roots": [
        "interpreter /interpreter",
        "app /app",
      ],
    }
  `);
  const own = await specOf(
    "from: node",
    "interpreter: node",
    "app: .",
    "serverless: google-cloud-run",
    "ports: [3000]",
  );
  expect(planSettings(own, emptySettings, {})).toMatchObject({ env: { PORT: "3000" }, ports: ["3000/tcp"] });
  const variable = await specOf(
    "from: node",
    "interpreter: node",
    "app: .",
    "serverless: knative",
    "env: {PORT: '9000'}",
  );
  expect(planSettings(variable, emptySettings, {})).toMatchObject({ env: { PORT: "9000" }, ports: ["9000/tcp"] });
});

const amd64: AskedImage = {
  platforms: [{ os: "linux", architecture: "amd64" }],
  multiPlatform: false,
  attestations: [],
};

async function warnings(asked: AskedImage, ...lines: readonly string[]): Promise<string> {
  const found = checkBuild(await specOf("from: node", "interpreter: node", "app: .", ...lines), asked);
  return `\n${found.map(({ severity, code, pointer = "", message, hint = "" }) => `${severity} ${code} ${pointer}: ${message}\n  ${hint}`).join("\n")}\n`;
}

test("what a platform refuses or does not heed is said", async () => {
  const lambda = ["serverless: aws-lambda", "handler: app.handler"];
  const both: AskedImage = {
    platforms: [
      { os: "linux", architecture: "s390x" },
      { os: "linux", architecture: "riscv64" },
    ],
    multiPlatform: true,
    attestations: ["provenance", "sbom"],
  };
  expect(await warnings(amd64, ...lambda)).toBe("\n\n");
  expect(await warnings(amd64)).toBe("\n\n");
  expect(await warnings(both, "serverless: knative")).toBe("\n\n");
  expect(await warnings(both, ...lambda)).toMatchInlineSnapshot(`
    "
    warning SERVERLESS_INDEX /serverless: cannot give aws-lambda this image as it is: it has the form of several platforms, and one manifest is wanted
      build for one platform at a time, under a tag for each
    warning SERVERLESS_INDEX /serverless: cannot give aws-lambda this image as it is: provenance and sbom beside it makes it an index, and one manifest is wanted
      build what you push with --provenance=false --sbom=false
    warning SERVERLESS_PLATFORM /serverless: cannot run the image for linux/s390x and linux/riscv64 on aws-lambda: its machines are linux/amd64 and linux/arm64
      build with --platform linux/amd64
    "
  `);
  expect(
    await warnings(
      amd64,
      ...lambda,
      "user: root",
      "stop-signal: SIGINT",
      "volumes: [/data]",
      "healthcheck: {exec: [node]}",
    ),
  ).toMatchInlineSnapshot(`
    "
    warning SERVERLESS_IGNORED /image/user: cannot make aws-lambda heed user: functions run as a user of its own
      leave it out of the function's image
    warning SERVERLESS_IGNORED /image/stopSignal: cannot make aws-lambda heed stop-signal: it ends the process itself
      leave it out of the function's image
    warning SERVERLESS_IGNORED /image/healthcheck: cannot make aws-lambda heed healthcheck: it asks the Runtime API's client alone
      leave it out of the function's image
    warning SERVERLESS_IGNORED /image/volumes: cannot make aws-lambda heed volumes: nothing but /tmp can be written
      leave it out of the function's image
    "
  `);
  expect(
    await warnings(both, "serverless: google-cloud-run", "stop-signal: SIGINT", "ports: [80, 81]"),
  ).toMatchInlineSnapshot(`
    "
    warning SERVERLESS_PLATFORM /serverless: cannot run the image for linux/s390x and linux/riscv64 on google-cloud-run: its machines are linux/amd64
      build with --platform linux/amd64
    warning SERVERLESS_IGNORED /image/stopSignal: cannot make google-cloud-run heed stop-signal: it ends instances with SIGTERM, not with SIGINT
      let the program end at SIGTERM
    warning SERVERLESS_IGNORED /image/ports: cannot make google-cloud-run heed ports: it sends requests to one port, the one in PORT
      name the port of the requests alone
    "
  `);
  const withAmd64 = { ...both, platforms: [...both.platforms, ...amd64.platforms] };
  expect(await warnings(withAmd64, "serverless: google-cloud-run", "stop-signal: SIGTERM")).toBe("\n\n");
});
