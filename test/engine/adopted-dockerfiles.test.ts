import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { build, docker, dockerOutput, mustBuild } from "../support/engine.ts";
import { makeProject } from "../support/project.ts";

/** Dockerfiles as people write them, each with what its image prints. Two lines adopt each of them. */
const dockerfiles: readonly (readonly [name: string, dockerfile: string, prints: string])[] = [
  [
    "a command in shell form",
    `FROM node:24-slim\nWORKDIR /app\nCOPY main.js .\nENV NAME=shell\nCMD node main.js\n`,
    "hi shell",
  ],
  [
    "an argument before FROM, and stages of stages",
    `ARG V=24
FROM node:\${V}-slim AS base
FROM base AS build
WORKDIR /b
COPY main.js .
RUN mkdir dist && cp main.js dist/
FROM base
WORKDIR /app
COPY --from=build /b/dist ./dist
ENV NAME=stages
CMD ["node", "dist/main.js"]
`,
    "hi stages",
  ],
  [
    "an entrypoint script that passes its command on",
    `FROM node:24-slim
WORKDIR /app
COPY main.js entrypoint.sh ./
RUN chmod +x entrypoint.sh
ENTRYPOINT ["./entrypoint.sh"]
CMD ["node", "main.js"]
`,
    "hi script",
  ],
  [
    "heredocs",
    `FROM python:3.13-slim
RUN <<EOF
set -e
mkdir -p /etc/app
echo heredoc > /etc/app/name
EOF
COPY <<EOF /app/run.py
print("hi", open("/etc/app/name").read().strip())
EOF
CMD ["python3", "/app/run.py"]
`,
    "hi heredoc",
  ],
  [
    "a virtual environment from another stage",
    `FROM python:3.13-slim AS build
RUN python3 -m venv --without-pip /venv
FROM python:3.13-slim
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH
RUN useradd --system --uid 999 app
USER app
CMD ["python", "-c", "import sys, os; print('hi', sys.prefix, os.getuid())"]
`,
    "hi /venv 999",
  ],
  [
    "sh -c with a variable of the image",
    `FROM python:3.13-slim\nENV PORT=8080\nCMD ["sh", "-c", "exec python3 -c \\"print('hi', $PORT)\\""]\n`,
    "hi 8080",
  ],
  [
    "another shell",
    `FROM debian:trixie-slim\nSHELL ["/bin/bash", "-c"]\nENV A=1\nCMD arr=(x y z); echo "hi \${#arr[@]} $A"\n`,
    "hi 3 1",
  ],
  [
    "a pipeline in a script",
    `FROM debian:trixie-slim\nCOPY run.sh /usr/local/bin/run\nRUN chmod 755 /usr/local/bin/run\nENTRYPOINT ["run"]\n`,
    "HI LINE 3",
  ],
];

const files = {
  "main.js": 'console.log("hi", process.env.NAME);\n',
  "entrypoint.sh": '#!/bin/sh\nset -e\nexport NAME=${NAME:-script}\nexec "$@"\n',
  "run.sh": '#!/bin/bash\nset -euo pipefail\nfor i in 1 2 3; do echo "hi line $i"; done | tr a-z A-Z | tail -n 1\n',
};

const project = makeProject(
  Object.fromEntries<string>(
    dockerfiles.flatMap<readonly [string, string]>(([, dockerfile], index) => [
      [`${String(index)}/Dockerfile`, dockerfile],
      [`${String(index)}/pith.yaml`, "from: {dockerfile: Dockerfile}\n"],
      ...Object.entries(files).map(([name, text]) => [`${String(index)}/${name}`, text] as const),
    ]),
  ),
);

describe("two lines adopt a Dockerfile with", () => {
  test.for(dockerfiles.map(([name, , prints], index) => [name, prints, index] as const))(
    "%s",
    async ([, prints, index]) => {
      const tag = `pith-test/adopted:${String(index)}`;
      await mustBuild({ spec: project.path(join(String(index), "pith.yaml")), tag });
      expect((await dockerOutput(["run", "--rm", "--network=none", tag])).trim()).toBe(prints);
      await docker(["rmi", tag]);
    },
  );
});

test("a program that expects to be root is told the path that it may not use", async () => {
  project.write({
    "denied/Dockerfile": 'FROM debian:trixie-slim\nCMD ["mkdir", "/var/lib/own"]\n',
    "denied/pith.yaml": "from: {dockerfile: Dockerfile}\n",
  });
  const { code, output } = await build({ spec: project.path("denied/pith.yaml"), startCheck: true });
  expect(code).toBe(0);
  expect(output).toContain("START_DENIED: cannot start mkdir /var/lib/own");
  expect(output).toContain("the user 65532:65532 may not use /var/lib/own");
});

test("what the author copied there ships, and what only the build starts does not", async () => {
  const tag = "pith-test/adopted:copied";
  project.write({
    "copied/Dockerfile": `FROM debian:trixie-slim AS build
RUN mkdir /out && cp /bin/date /out/clock
FROM debian:trixie-slim
COPY backup /usr/local/bin/
COPY tools/ /usr/local/bin/
COPY --from=build /out /usr/local/bin/
COPY --link setup.sh /usr/local/sbin/setup
COPY <<END /etc/desk/desk.conf
key = value
END
RUN chmod +x /usr/local/bin/* /usr/local/sbin/setup && setup
CMD ["sh", "-c", "echo started"]
`,
    "copied/backup": "#!/bin/sh\nset -e\ntr a-z A-Z </etc/desk/desk.conf\n",
    "copied/tools/report": "#!/usr/bin/perl\nprint 6 * 7, qq{\\n};\n",
    "copied/setup.sh": "#!/bin/sh\nwc -c /etc/desk/desk.conf\n",
    "copied/pith.yaml": "from: {dockerfile: Dockerfile}\n",
  });
  await mustBuild({ spec: project.path("copied/pith.yaml"), tag });
  const run = async (...command: readonly string[]): Promise<string> =>
    (await dockerOutput(["run", "--rm", "--network=none", tag, ...command])).trim();
  expect(await run()).toBe("started");
  expect(await run("backup")).toBe("KEY = VALUE");
  expect(await run("report")).toBe("42");
  expect(await run("clock", "-u", "-d", "@0", "+%Y")).toBe("1970");
  expect(await run("sh", "-c", "command -v setup wc || echo none")).toBe("none");
  await docker(["rmi", tag]);
});
