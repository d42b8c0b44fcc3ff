/** A section of the reference: prose, then tables of top-level keys and of the parts that they take. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly keys?: readonly string[];
  readonly parts: readonly string[];
}

export const introduction: string = `# The spec

A spec is one YAML file. It says where the files of an image come from, what must run, and how the image is configured.
Its first line selects the frontend, and \`docker build -f pith.yaml .\` builds it. Every key is optional unless a table
says *required*. Each problem is an error with a code, its line and a hint. Each code has a page in [errors/](errors/).

Editors that support JSON Schema use \`schema/pith.schema.json\`.

## Short forms

A repository as it is. [Detection](guides/detection.md) finds the application, and \`--target spec\` prints what this
stands for:

\`\`\`yaml
# syntax=localhost:5000/pith:1
\`\`\`

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

An existing Dockerfile. BuildKit's own Dockerfile frontend builds the stage. Its configuration is kept, and only what
its entrypoint and command need ships:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: {dockerfile: Dockerfile, target: prod}
\`\`\`

An existing image, in the same way:

\`\`\`yaml
# syntax=localhost:5000/pith:1
from: myapp:latest
\`\`\`

## The YAML that a spec may use

YAML 1.2 in UTF-8, at most 256 KiB for a file, at most 64 levels deep. Anchors, aliases, tags, merge keys, directives, a
second document and tabs for indentation are refused. Use \`include\` and \`args\` instead. YAML reads \`0755\` as the
number 755 and \`1.10\` as 1.1. So modes, versions and the values of variables and labels are texts: quote them.`;

export const sections: readonly Section[] = [
  {
    title: "The file",
    text: `\`include\` puts this file on top of others:

- Maps merge key by key, lists are appended, any other value is replaced.
- Some lists are one value and are replaced whole: \`cmd\`, \`entrypoint\`, \`exec\`, \`run\`, \`shell\`, \`layers\`,
  \`locale\`, \`nss\`, \`timezone\`. So is \`from\`.
- A later include overrides earlier ones, and a file counts once.
- Paths are relative to the including file and stay in the directory tree of the spec.

\`args\` declares arguments with their defaults. Arguments are replaced in every text of a value, never in keys:

- \`\${X}\` is the value of X.
- \`\${X:-text}\` is \`text\` when X is not set or empty.
- \`\${X:?message}\` is an error when X is not set or empty.
- \`$$\` is a dollar sign. \`$X\` without braces is kept, for shells.

These need no declaration: \`TARGETPLATFORM\`, \`TARGETOS\`, \`TARGETARCH\`, \`TARGETVARIANT\`, \`BUILDPLATFORM\`,
\`BUILDOS\`, \`BUILDARCH\`.`,
    keys: ["version", "include", "args"],
    parts: [],
  },
  {
    title: "Where the files come from",
    text: `A builder is a stage in which packages are installed and steps run. A file of it ships only if the closure reaches it.
\`from\`, \`packages\` and \`build\` at the top are those of the builder \`main\`. Unused builders are not built.`,
    keys: ["from", "packages", "build", "builders"],
    parts: ["From", "Builder", "Step", "Run", "Copy", "Mount"],
  },
  {
    title: "What must run",
    text: `These keys name what ships. Everything that it needs (libraries, modules, links) ships too, with a reason for every
path. With \`from\` alone, the entrypoint and command of that image or Dockerfile must run.`,
    keys: ["interpreter", "app", "binaries", "libraries", "files", "system", "closure"],
    parts: ["Interpreter", "App", "Binary", "Library", "File", "System", "Closure", "Include", "Exclude", "Observed"],
  },
  {
    title: "How the image is configured",
    text: `The words are those of the OCI image configuration. There is no shell form, because an image has no shell unless the
spec names one.`,
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
    text: `\`metadata\` says what is attached to the image. \`policy\` forbids files. \`serverless\` and \`handler\` follow a platform's
contract. See the guides of the [SBOM](guides/sbom.md), [policies](guides/policy.md) and
[serverless platforms](guides/serverless.md). A value that this version does not support is refused with
[SPEC_NOT_SUPPORTED](errors/SPEC_NOT_SUPPORTED.md).`,
    keys: ["metadata", "policy", "serverless", "handler"],
    parts: ["Metadata", "Policy"],
  },
  {
    title: "Checks in the finished image",
    text: `Each entry of \`verify\` runs in the finished root file system, with the image's user, environment and working directory.
A failure fails the build at its line, before any output is written. There is no network except the loopback address.
\`/tmp\` is an empty memory file system. The root is read-only unless the spec gives the image directories to write. An
entry that passed runs again only when the image changes.

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
    text: `A target is a variant of the main image: \`docker build --target debug\`. It overrides the main image as an include
does, but its lists replace those of the main image. Lists under \`add\` are appended to them.

\`\`\`yaml
targets:
  debug:
    add: {binaries: [busybox]}
    user: root
\`\`\`

Every spec has these targets:

- \`manifest\`: each path of the image with its reasons, as JSON; \`explain\`: the same for people
- \`diff\`: against an older manifest
- \`lock\`: [the lock file](guides/lock.md)
- \`rootfs\`: the image's files
- \`try\`: [what its programs lack](guides/verify.md#try-it-all---target-try), and a patch of the spec
- \`spec\`: the whole spec, as [detection](guides/detection.md) found it, or with all files merged
- \`report\`, \`sbom\` and \`vex\`: [audit](guides/audit.md), [SBOM](guides/sbom.md), [VEX](guides/vex.md)
- \`builder\`, \`builder:NAME\` and \`dependencies\`: [what images are made from](guides/assembler.md)
- \`debug\`: the main image's layers bit for bit, and one layer of tools. The tools are busybox from the builder, or
  what the spec's target \`debug\` adds.

A report of another target than the main image stands before a colon: \`explain:small\`.

\`docker buildx build --call targets\` lists them. \`lint\`, \`outline\`, \`schema\`, \`init\` and \`describe\` work too:
[the command line](guides/command-line.md).`,
    keys: ["targets"],
    parts: [],
  },
];

export const levels: string = `## Levels

\`interpreter.stdlib\` and \`app.prune\` set how much of a tree ships.

| level | standard library | third-party packages | for |
|---|---|---|---|
| \`full\`, \`none\` | as installed | as installed | the same as in the builder |
| \`safe\` | all that programs import: without the library's own tests, IDLE, ensurepip, headers, static libraries and build configuration | every file of the packages that the app needs, without tests, documentation, type stubs, headers and the sources of compiled parts | a build that works the first time |
| \`reachable\` | what static imports reach from the entries, with the runtime's start-up set and known dynamic imports | likewise | the smallest image |

No level removes licence files, package metadata, or data that a kept module names.

A name that cannot be evaluated, such as \`require("./plugins/" + name)\`, could stand for several files. At \`safe\` all of
them ship. At \`reachable\` they ship if they are at most 200 files or 4 MiB; otherwise the build warns at that line.

A program that no runtime claims brings the files of its package, and of packages of the same source that need it or
that it needs. Documents, headers and other programs on the PATH stay out. So do the completions, jobs and profiles
for other programs: those in \`/usr/share/fish\` and \`/etc/cron.d\` ship with fish and cron. Paths in its strings, in its
configuration and in the image's command ship as well. A program that only a package's file names ships if that
package needs it, or is a warning (\`PROGRAM_LEFT_OUT\`). So other packages of the builder change little. Files that may
hold a secret need a line of the spec.

At \`safe\`, a script of the builder's author brings what lies beside it: all of \`/srv/shop\` for
\`/srv/shop/start.sh\`, up to 2,000 files and 64 MiB. More is a warning. So does a text that the command, or a script,
hands to a program. Directories of the system, such as \`/etc\`, \`/usr\` and \`/var\`, are not the author's.

What \`files\` bring is followed as what it is, at each level: a script starts its programs, an object loads its
libraries, and settings name what they name. So are all files of a directory that is copied.

Files also count that a text of the application names alone: a font such as \`DejaVuSans.ttf\`, and a library such as
\`libmagic.so.1\`. Accounts of the builder are in the image where files belong to them, or where settings, scripts or
sources speak of them: \`user www-data;\`, \`chown app\`, \`getpwnam("app")\`.

At \`safe\`, packages that the builder installed by name, and of which nothing is reached, count as meant for the image.
Modules of a language ship where a name of a module has no bound. The few modules of a package such as git do not,
as it was installed for its programs. Data and plug-ins, such as fonts, ship if each
program that was installed by name ships as well: otherwise they may be for another one. Of more than 12 such packages
nothing ships, with a warning. A package of more than 2,000 files or 64 MiB is a warning. Packages with programs on the
PATH stay out until something names those programs.`;

export const rules: string = `## Rules

1. **Static first.** The closure is computed from files. The same inputs give the same closure.
2. **A reason for every path.** Each path of the image has a chain of reasons that ends at a line of the spec.
3. **No silent loss.** What cannot be resolved is an error at the line that needs it, with the chain and a hint.
4. **No program of the final image runs during the build**, except what \`verify\` names.
5. **Same inputs, same digest.** Times are \`SOURCE_DATE_EPOCH\`, or 1980-01-01. Order is by bytes. Owners and modes
   are fixed.
6. **Paths stay the same.** A file has the path it has in the builder, with its links and directories, unless \`as\` or
   \`dest\` moves it.
7. **Two builders, one path, different content** is an error that names both reasons.
8. **Every problem at once.** Each is reported as \`CODE: cannot VERB THING: REASON\` with its line and a hint. Then no
   image is tagged or pushed.`;
