/** A section of the reference: prose, then tables of top-level keys and of the parts that they take. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly keys?: readonly string[];
  readonly parts: readonly string[];
}

export const introduction: string = `# The spec

A spec is one YAML file that says where the files of an image come from, what must run, and how the image is configured. Its
first line selects the frontend; \`docker build -f pith.yaml .\` does the rest. Every key is optional unless a table says
*required*. What is wrong is an error with a code, the line and a hint; each code has a page in [errors/](errors/).

Editors that understand JSON Schema take \`schema/pith.schema.json\`.

## Short forms

A Python web application:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: python:3.13-slim
interpreter: python3
app: .
cmd: [-m, gunicorn, --bind, "0.0.0.0:8000", "app:app"]
\`\`\`

A Node application:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: node:24-slim
interpreter: node
app: .
\`\`\`

A program without an interpreter:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: debian:trixie-slim
packages: [nginx-light]
binaries: [nginx]
cmd: [-g, "daemon off;"]
\`\`\`

A Dockerfile that exists already. Its stage is built by BuildKit's own Dockerfile frontend, its configuration is taken over, and
only what its entrypoint and command need ships:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: {dockerfile: Dockerfile, target: prod}
\`\`\`

An image that exists already, likewise:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: myapp:latest
\`\`\`

## The YAML that a spec may use

YAML 1.2, UTF-8, at most 256 KiB a file and 64 levels deep. Anchors, aliases, tags, merge keys, directives, a second document and
tabs for indentation are refused; \`include\` and \`args\` do their work. YAML reads \`0755\` as the number 755 and \`1.10\` as
1.1, so modes, versions and the values of variables and labels are texts: write them in quotes.`;

export const sections: readonly Section[] = [
  {
    title: "The file",
    text: `\`include\` lays this file over others: maps merge key by key, lists are appended, anything else is replaced. Lists that are
one value (\`cmd\`, \`entrypoint\`, \`exec\`, \`run\`, \`shell\`, \`layers\`, \`locale\`, \`nss\`, \`timezone\`) and \`from\` are replaced whole. Later
includes lie over earlier ones, and a file counts once. Paths are relative to the file that includes and stay in the directory
tree of the spec.

\`args\` declares arguments with their defaults. In any text of any value (keys are left alone), \`\${X}\` is the value of X, \`\${X:-text}\` is \`text\` when X is not set or
empty, \`\${X:?message}\` is an error then. \`$$\` is a dollar sign; \`$X\` without braces is left alone, for shells. These need no
declaration: \`TARGETPLATFORM\`, \`TARGETOS\`, \`TARGETARCH\`, \`TARGETVARIANT\`, \`BUILDPLATFORM\`, \`BUILDOS\`, \`BUILDARCH\`.`,
    keys: ["version", "include", "args"],
    parts: [],
  },
  {
    title: "Where the files come from",
    text: `A builder is a stage in which packages are installed and steps run. Nothing of it ships unless the closure reaches it. \`from\`,
\`packages\` and \`build\` at the top are those of the builder \`main\`. Builders that nothing uses are not built.`,
    keys: ["from", "packages", "build", "builders"],
    parts: ["From", "Builder", "Step", "Run", "Copy", "Mount"],
  },
  {
    title: "What must run",
    text: `These keys name what ships. All that they need, libraries, modules, links, comes along, with a reason for every path. With
\`from\` alone, naming an image or a Dockerfile, the image's own entrypoint and command are what must run.`,
    keys: ["interpreter", "app", "binaries", "libraries", "files", "system", "closure"],
    parts: ["Interpreter", "App", "Binary", "Library", "File", "System", "Closure", "Include", "Exclude"],
  },
  {
    title: "How the image is configured",
    text: "The words are those of the OCI image configuration. There is no shell form: an image has no shell unless the spec names one.",
    keys: [
      "entrypoint",
      "cmd",
      "env",
      "workdir",
      "user",
      "accounts",
      "ports",
      "volumes",
      "stop-signal",
      "healthcheck",
      "labels",
      "annotations",
      "layers",
    ],
    parts: ["Accounts", "User", "Group", "Healthcheck"],
  },
  {
    title: "What must be true of the result",
    text: "The language has these keys; most values of them are refused with `SPEC_NOT_SUPPORTED` until they are built.",
    keys: ["metadata", "policy", "serverless", "handler"],
    parts: ["Metadata", "Policy"],
  },
  {
    title: "Checks in the finished image",
    text: `Each entry of \`verify\` runs in the finished root file system, with the image's user, environment and working directory, before
anything is written: a failure fails the build at its line. There is no network but the loopback address, \`/tmp\` is empty memory, and the
root is read-only unless the spec gives the image directories to write. What passed once runs again only when the image changes.

\`\`\`yaml
verify:
  - run: [python3, -c, "import ssl, app; print('ok')"]
    stdout: ok
  - start: true
    http: {port: 8000, path: /health}
  - attacks: default
\`\`\``,
    keys: ["verify"],
    parts: ["Verify", "Expected", "HttpProbe", "TcpProbe"],
  },
  {
    title: "Targets",
    text: `A target is another image that differs from the main one: \`docker build --target debug\`. What it says is laid over the main
image as an include is, but its lists replace those of the main image; lists under \`add\` are appended to them.

\`\`\`yaml
targets:
  debug:
    add: {binaries: [busybox]}
    user: root
\`\`\`

Every spec has these targets already: \`manifest\` (each path of the image with its reasons, as JSON), \`explain\` (the same for
people), \`diff\` (against an older manifest), \`lock\` (see docs/guides/lock.md), \`rootfs\`, \`report\`, \`sbom\` and \`vex\` (see docs/guides/vex.md), and \`builder\`, \`builder:NAME\` and
\`dependencies\`, what images are made from (see docs/guides/assembler.md). \`debug\` is there too, with busybox out of the builder, and a spec may
say what it adds instead: it has the layers of the main image bit for bit, and one over them with all that differs.

\`docker buildx build --call targets\` lists them all; \`lint\`, \`outline\`, \`schema\`, \`init\` and \`describe\` are answered too (docs/guides/command-line.md).`,
    keys: ["targets"],
    parts: [],
  },
];

export const levels: string = `## Levels

\`interpreter.stdlib\` and \`app.prune\` say how much of a tree ships.

| level | standard library | third-party packages | for |
|---|---|---|---|
| \`full\`, \`none\` | as installed | as installed | the same as in the builder |
| \`safe\` | all that programs import: without the library's own tests, IDLE, ensurepip, headers, static libraries and build configuration | every file of the packages that the app needs, without tests, documentation, type stubs, headers and the sources of compiled parts | a build that works the first time |
| \`reachable\` | what static imports reach from the entries, with the run-time's start-up set and known dynamic imports | likewise | the smallest image |

No level removes licence files, package metadata, or data that a kept module names.`;

export const rules: string = `## Rules

1. **Static first.** The closure is computed from files. The same inputs give the same closure.
2. **A reason for every path.** Each path of the image has a chain of reasons that ends at a line of the spec.
3. **No silent loss.** What cannot be resolved is an error at the line that asked for it, with the chain and a hint.
4. **Nothing runs in the final image during the build**, except what \`verify\` names.
5. **Same inputs, same digest.** Times are \`SOURCE_DATE_EPOCH\`, or 1980-01-01; order is by bytes; owners and modes are stated.
6. **Paths keep their place.** A file lands where it was in the builder, with the links and directories on the way, unless \`as\` or \`dest\` moves it.
7. **Two builders, one path, different content** is an error that names both reasons.
8. **Every problem at once.** Each is reported as \`CODE: cannot VERB THING: REASON\` with its line and a hint; nothing is tagged or pushed then.`;
