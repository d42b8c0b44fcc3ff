import { expect, test } from "vitest";
import { migrateFile } from "../../src/detect/migrate/migrate.ts";
import { contextNames } from "../../src/detect/migrate/migration.ts";
import { dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { makeProject } from "../support/project.ts";
import { memoryProjectFiles } from "../support/project-files.ts";

/* Dockerfiles as people write them: the image of the spec that is made of one answers as its own does. */
const run = ["run", "--rm", "--network=none"];

const dockerfiles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "stages, variables and a shell form": {
    Dockerfile: `ARG NAME=world
FROM python:3.13 AS base
WORKDIR /srv/app
ENV GREETING="hello \${NAME:-nobody}" COUNT=2
FROM base
ARG NAME
COPY . .
ENV GREETING=$GREETING! LANG=C.UTF-8
CMD python3 main.py $COUNT
`,
    "main.py": 'import os, sys\nprint(os.environ["GREETING"] * int(sys.argv[1]), os.getcwd())\n',
  },
  "here documents, an entrypoint script and a user": {
    Dockerfile: `FROM python:3.13
RUN useradd --uid 1234 app
RUN <<EOF
mkdir -p /srv/app
echo "made $((1+1))" > /srv/app/made.txt
EOF
COPY <<'SCRIPT' /usr/local/bin/entry
#!/bin/sh
set -e
export WHO="$(id -u)"
exec "$@"
SCRIPT
RUN chmod 755 /usr/local/bin/entry
WORKDIR /srv/app
USER app
ENTRYPOINT ["entry"]
CMD ["python3", "-c", "import os; print(open('made.txt').read(), os.environ['WHO'])"]
`,
  },
};

test.for(Object.entries(dockerfiles))("%s", async ([, files]) => {
  const project = makeProject(files);
  const own = "pith-migration/own";
  await mustBuild({ spec: project.path("Dockerfile"), tag: own });
  const { text } = await migrateFile({
    file: "Dockerfile",
    text: files["Dockerfile"] ?? "",
    files: memoryProjectFiles(new Map(Object.entries(files))),
    names: contextNames(Object.keys(files)),
    syntax: testEngine().frontend,
  });
  project.write({ "pith.yaml": text ?? "" });
  const migrated = "pith-migration/migrated";
  await mustBuild({ spec: project.path("pith.yaml"), tag: migrated });
  expect(await dockerOutput([...run, migrated])).toBe(await dockerOutput([...run, own]));
  const settings = "{{.Config.WorkingDir}} {{json .Config.Entrypoint}} {{json .Config.Cmd}}";
  const settingsOf = async (tag: string) => dockerOutput(["image", "inspect", "--format", settings, tag]);
  expect(await settingsOf(migrated)).toBe(await settingsOf(own));
});
