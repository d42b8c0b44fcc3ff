import { describe, expect, test } from "vitest";
import { mustBuild } from "../support/engine.ts";
import { inspectImage } from "../support/image-tree.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";

const ship = "binaries: [/usr/bin/true]\nfiles: {/proof/: {from: main, src: /proof/**}}\n";

describe("builders", () => {
  const project = makeProject({
    "pith.yaml": `include: [parts/base.yaml]
builders:
  main:
    from: start
    env: {FLAVOUR: builder}
    workdir: /work
    user: nobody
    shell: [/bin/bash, -ec]
    build:
      - run: mkdir -m 777 /proof
        user: root
      - echo "$FLAVOUR $PWD $(id -un) $\${BASH_VERSION:+bash}" >/proof/defaults
      - run: echo "$FLAVOUR $PWD $(id -un)" >/proof/own
        env: {FLAVOUR: step}
        workdir: /tmp
        user: root
      - run: [/bin/sh, -c, 'echo "$0 $1" >/proof/exec', first, $literal]
      - run: >-
          cat /tools/tool /context/note >/proof/binds; ! touch /tools/x 2>/dev/null; stat -f -c %T /scratch >/proof/tmpfs;
          echo kept >>/kept/file
        user: root
        mounts:
          - {type: bind, from: tools, source: /tools, target: /tools}
          - {type: bind, target: /context}
          - {type: tmpfs, target: /scratch, size: 1MB}
          - {type: cache, target: /kept, id: pith-test-kept, sharing: locked}
      - run: tail -1 /kept/file >/proof/cache
        user: root
        mounts: [{type: cache, target: /kept, id: pith-test-kept}]
  tools: {from: debian:trixie-slim, build: [mkdir /tools; echo tool >/tools/tool]}
  unused: {from: does.not.exist/image:1, build: ["false"]}
`,
    "parts/base.yaml": `builders:
  start: {from: debian:trixie-slim, env: {FLAVOUR: base}}
${ship}`,
    note: "note\n",
  });

  test("take env, workdir, user, shell and mounts; one that nothing uses is not solved", async () => {
    const tree = await buildTree(project, { spec: project.path("pith.yaml") });
    const names = ["defaults", "own", "exec", "binds", "tmpfs", "cache"];
    expect(Object.fromEntries(names.map((name) => [name, tree.read(`proof/${name}`)]))).toEqual({
      defaults: "builder /work nobody bash",
      own: "step /tmp root",
      exec: "first $literal",
      binds: "tool\nnote",
      tmpfs: "tmpfs",
      cache: "kept",
    });
    expect(tree.output).not.toContain("does.not.exist");
  });
});

describe("copy steps", () => {
  const project = makeProject({
    "pith.yaml": `builders:
  main:
    from: debian:trixie-slim
    build:
      - copy: {src: [one.txt, "*.md"], dest: /proof/files}
      - copy: {src: "src/**/*.js", dest: /proof/deep/, exclude: ["**/*.test.js"]}
      - copy: {src: src, dest: /proof/dir/, exclude: [b]}
      - copy: {src: one.txt, dest: /proof/owned, chown: "12:34", chmod: "0640"}
      - copy: {src: one.txt, dest: /proof/named, chown: "games:mail"}
      - copy: {from: tools, src: /link, dest: /proof/linked}
      - copy: {from: tools, src: [/tree/x, "/tree/*.y"], dest: /proof/tools/}
      - stat -c '%n %u:%g %a' /proof/owned >/proof/stat; stat -c '%U:%G' /proof/named >>/proof/stat
      - cd /proof && find files deep dir tools linked -type f | sort >/proof/listing
  tools:
    from: debian:trixie-slim
    build: [mkdir /tree; touch /tree/x /tree/a.y /tree/b.z; echo target >/tree/t; ln -s /tree/t /link]
${ship}`,
    "one.txt": "1",
    "a.md": "",
    "b.md": "",
    "src/a.js": "",
    "src/a.test.js": "",
    "src/b/c.js": "",
    "src/b/d.ts": "",
  });

  test("know globs, owners, modes, exclusions and other builders", async () => {
    const tree = await buildTree(project, { spec: project.path("pith.yaml") });
    expect(tree.read("proof/listing")?.split("\n")).toEqual([
      "deep/src/a.js",
      "deep/src/b/c.js",
      "dir/a.js",
      "dir/a.test.js",
      "files/a.md",
      "files/b.md",
      "files/one.txt",
      "linked",
      "tools/a.y",
      "tools/x",
    ]);
    expect(tree.read("proof/stat")).toBe("/proof/owned 12:34 640\ngames:mail");
    expect(tree.read("proof/linked")).toBe("target");
  });

  test("of what is not there are an error at their line", async () => {
    project.write({
      "missing.yaml": `from: debian:trixie-slim\nbuild:\n  - copy: {src: [one.txt, none.txt], dest: /x/}\n${ship}`,
    });
    expect(await buildFailure({ spec: project.path("missing.yaml") })).toMatchInlineSnapshot(`
      "------
       > [main] copy one.txt none.txt to /x/:
      ------
      missing.yaml:4
      --------------------
         2 |     from: debian:trixie-slim
         3 |     build:
         4 | >>>   - copy: {src: [one.txt, none.txt], dest: /x/}
         5 |     binaries: [/usr/bin/true]
         6 |     files: {/proof/: {from: main, src: /proof/**}}
      --------------------
      ERROR: failed to solve: missing.yaml:4: FILE_MISSING: cannot find /none.txt: the tree that the step reads has no such path
        hint: correct the path, or look whether .dockerignore leaves it out
      "
    `);
  });
});

describe("a Dockerfile's stage", () => {
  const project = makeProject({
    "pith.yaml": `args: {FLAVOUR: }
builders:
  main: {from: {dockerfile: docker/Dockerfile, target: prod, args: {FIXED: from the spec}}}
files: {/proof/: {from: main, src: /proof/**}}
`,
    "docker/Dockerfile": `FROM debian:trixie-slim AS made
ARG FLAVOUR=none
ARG FIXED=none
RUN mkdir /proof && echo "$FLAVOUR, $FIXED" >/proof/args
RUN --mount=type=secret,id=token cp /run/secrets/token /proof/token
COPY note /proof/
FROM made AS prod
ENV COLOUR=blue
WORKDIR /proof
USER games
EXPOSE 8080/udp
LABEL of=dockerfile
ENTRYPOINT ["/usr/bin/env"]
CMD ["true"]
FROM made AS broken
RUN false
`,
    note: "note",
    token: "hush",
  });
  const options = {
    spec: project.path("pith.yaml"),
    args: ["--build-arg=FLAVOUR=from outside", `--secret=id=token,src=${project.path("token")}`],
  };

  test("is adopted with arguments, secrets and its configuration", async () => {
    const tree = await buildTree(project, options);
    expect([tree.read("proof/args"), tree.read("proof/token"), tree.read("proof/note")]).toEqual([
      "from outside, from the spec",
      "hush",
      "note",
    ]);
    await mustBuild({ ...options, tag: "pith-test/adopted" });
    const { config } = await inspectImage("pith-test/adopted");
    const { Env, Entrypoint, Cmd, User, WorkingDir, ExposedPorts, Labels } = config;
    expect({ Env, Entrypoint, Cmd, User, WorkingDir, ExposedPorts, Labels }).toMatchInlineSnapshot(`
      {
        "Cmd": [
          "true",
        ],
        "Entrypoint": [
          "/usr/bin/env",
        ],
        "Env": [
          "PATH=/usr/bin",
          "COLOUR=blue",
        ],
        "ExposedPorts": {
          "8080/udp": {},
        },
        "Labels": {
          "of": "dockerfile",
        },
        "User": "5:60",
        "WorkingDir": "/proof",
      }
    `);
  });

  test("that fails shows the Dockerfile's own line", async () => {
    project.write({ "broken.yaml": "from: {dockerfile: docker/Dockerfile, target: broken}\n" });
    expect(await buildFailure({ ...options, spec: project.path("broken.yaml") })).toMatchInlineSnapshot(`
      "------
       > [broken 1/1] RUN false:
      ------
      docker/Dockerfile:16
      --------------------
        14 |     CMD ["true"]
        15 |     FROM made AS broken
        16 | >>> RUN false
        17 |     
      --------------------
      ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1
      "
    `);
  });

  test("is built anew when its builder is", async () => {
    project.write({
      "anew.yaml":
        "from: {dockerfile: docker/Anew}\nbinaries: [/usr/bin/true]\nfiles: {/proof/: {from: main, src: /proof/**}}\n",
      "docker/Anew": "FROM debian:trixie-slim\nRUN mkdir /proof && cp /proc/sys/kernel/random/uuid /proof/uuid\n",
    });
    const made = async (...args: readonly string[]) =>
      (await buildTree(project, { spec: project.path("anew.yaml"), args })).read("proof/uuid");
    const first = await made();
    expect(await made()).toBe(first);
    expect(await made("--no-cache-filter=main")).not.toBe(first);
  });
});

test("the image's configuration is that of the spec", async () => {
  const project = makeProject({
    "pith.yaml": `from: debian:trixie-slim
binaries: [/usr/bin/env]
entrypoint: [/usr/bin/env]
cmd: [true]
env: {COLOUR: blue, EMPTY: ""}
workdir: /srv
user: "worker:crew"
accounts:
  users: [{name: worker, uid: 1234, gid: 4321, home: /srv}]
  groups: [{name: crew, gid: 4321}]
ports: [8000, 53/udp]
volumes: [/data, /cache]
stop-signal: SIGINT
healthcheck: {exec: [/usr/bin/env, "true"], interval: 30s, timeout: 1500ms, start-period: 1m, retries: 2}
labels: {b: "2", a: "1"}
`.replace("[true]", '["true"]'),
  });
  await mustBuild({ spec: project.path("pith.yaml"), tag: "pith-test/configured" });
  const { config } = await inspectImage("pith-test/configured");
  const { Env, Entrypoint, Cmd, User, WorkingDir, ExposedPorts, Volumes, StopSignal, Healthcheck, Labels } = config;
  expect({
    Env,
    Entrypoint,
    Cmd,
    User,
    WorkingDir,
    ExposedPorts,
    Volumes,
    StopSignal,
    Healthcheck,
    Labels,
  }).toMatchInlineSnapshot(`
    {
      "Cmd": [
        "true",
      ],
      "Entrypoint": [
        "/usr/bin/env",
      ],
      "Env": [
        "PATH=/usr/bin",
        "COLOUR=blue",
        "EMPTY=",
      ],
      "ExposedPorts": {
        "53/udp": {},
        "8000/tcp": {},
      },
      "Healthcheck": {
        "Interval": 30000000000,
        "Retries": 2,
        "StartPeriod": 60000000000,
        "Test": [
          "CMD",
          "/usr/bin/env",
          "true",
        ],
        "Timeout": 1500000000,
      },
      "Labels": {
        "a": "1",
        "b": "2",
      },
      "StopSignal": "SIGINT",
      "User": "1234:4321",
      "Volumes": {
        "/cache": {},
        "/data": {},
      },
      "WorkingDir": "/srv",
    }
  `);
});
