import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { docker, dockerOutput, testEngine } from "../support/engine.ts";
import { imageTree, printTree } from "../support/image-tree.ts";

/** The adapter against a real BuildKit: a frontend image is made of test/support/gateway-probe.ts. */

const folder = mkdtempSync(join(tmpdir(), "pith-gateway-"));
const image = `${testEngine().registry}/pith-test/gateway-probe:1`;
const context = join(folder, "context");

beforeAll(async () => {
  const frontend = join(folder, "frontend");
  mkdirSync(context);
  for (const name of ["a.txt", "b.txt"]) writeFileSync(join(context, name), name);
  writeFileSync(join(folder, "Dockerfile"), "FROM scratch\nCOPY a.txt /staged\n");
  await bundle({
    entryPoints: [join(import.meta.dirname, "../support/gateway-probe.ts")],
    outfile: join(frontend, "probe.mjs"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: 'import{createRequire as _r}from"node:module";const require=_r(import.meta.url);' },
  });
  writeFileSync(
    join(frontend, "Dockerfile"),
    `FROM ${testEngine().registry}/node:24-slim
COPY probe.mjs /probe.mjs
ENTRYPOINT ["/usr/local/bin/node", "/probe.mjs"]
LABEL moby.buildkit.frontend.network.none=true
`,
  );
  await dockerOutput(["build", "--quiet", "--provenance=false", "--tag", image, frontend]);
  await dockerOutput(["push", "--quiet", image]);
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a run sees its mounts and options", async () => {
  const { output, tag } = await build("run", ["--secret", "id=token,env=PROBE_TOKEN"]);
  expect(output).toContain("run probe");
  expect(await textIn(tag, "/answer")).toMatchInlineSnapshot(
    `"{"A":"b=c","TOKEN":"s3cret","http_proxy":"http://proxy:1","cwd":"/usr","host":"probe","net":["lo"],"hosts":true,"files":"100","tmpfs":true,"secret":"s3cret","secretMode":"440","selected":["b"],"context":["a.txt","b.txt"]}"`,
  );
});

test("file actions keep or set owners and modes", async () => {
  const { tag } = await build("files");
  expect(printTree(await imageTree(tag))).toMatchInlineSnapshot(`
    "/etc  directory 750 1:2 0
    /etc/group  file 600 0:0 12 1b3142ab
    /etc/passwd  file 644 0:0 19 424e628d
    /group  file 600 0:9 12 1b3142ab
    /p  directory 755 0:0 0
    /p/b.txt  file 644 0:0 5 ffa0da5d
    /w  directory 755 1234:4321 0
    /w/a.txt  file 640 1234:4321 5 18b7cb09
    /w/b.txt  file 640 1234:4321 5 ffa0da5d
    "
  `);
});

test("a stage of the Dockerfile frontend is built upon", async () => {
  const { tag } = await build("dockerfile");
  expect(
    printTree(await imageTree(tag))
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual(["/added", "/staged", ""]);
});

test("findings are shown at their lines", async () => {
  const { output } = await build("finding");
  expect(tail(output)).toMatchInlineSnapshot(`
    "finding.yaml:4
    --------------------
       3 |
       4 | >>> first: 1
       5 | >>> second: 2
       6 |
    --------------------
    finding.yaml:12
    --------------------
      10 |
      11 |
      12 | >>> last: 3
      13 |
    --------------------
    ERROR: failed to solve: finding.yaml:4: INTERNAL_ERROR: cannot use first: a probe
    finding.yaml:5: INTERNAL_ERROR: cannot use second: a probe
    finding.yaml:12: INTERNAL_ERROR: cannot use last: a probe
    "
  `);
});

test("a failing run is shown at the lines that asked for it", async () => {
  const { output } = await build("failing-run");
  expect(output).toContain("said before");
  expect(tail(output)).toMatchInlineSnapshot(`
    "failing-run.yaml:5
    --------------------
       3 |
       4 |     first: 1
       5 | >>> second: 2
       6 |
       7 |
    --------------------
    ERROR: failed to solve: process "/usr/local/bin/node -e console.error('said before'); process.exit(3)" did not complete successfully: exit code: 3
    "
  `);
});

test("no failure blames the syntax line", async () => {
  for (const probe of ["lost", "missing-image"]) {
    const { code, output } = await build(probe);
    expect(code).not.toBe(0);
    expect(output).toContain("ERROR: failed to solve: ");
    expect(output).not.toContain(">>>");
  }
});

test("warnings are counted at the end", async () => {
  const { code, output } = await build("warning");
  expect(code).toBe(0);
  expect(output).toContain("1 warning found");
  expect(output).toContain("cannot like this");
});

async function build(
  probe: string,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly output: string; readonly tag: string }> {
  const spec = join(folder, `${probe}.yaml`);
  writeFileSync(spec, `# syntax=${image}\nprobe: ${probe}\n\nfirst: 1\nsecond: 2\n\n\n\n\n\n\nlast: 3\n`);
  const tag = `pith-test/gateway-${probe}`;
  const result = await docker(
    ["build", "--progress=plain", "--provenance=false", "--no-cache", "--tag", tag, "--file", spec, ...args, context],
    { env: { PROBE_TOKEN: "s3cret" } },
  );
  return { code: result.code, output: `${result.stderr}${result.stdout}`, tag };
}

/** The last output of a client: the snippets and the message. */
function tail(output: string): string {
  return output.slice(output.search(/^[a-z-]+\.yaml:\d+$/mu)).replaceAll(/ +$/gmu, "");
}

async function textIn(tag: string, path: string): Promise<string> {
  const container = await dockerOutput(["create", tag]);
  try {
    const copied = join(folder, "copied");
    await dockerOutput(["cp", `${container}:${path}`, copied]);
    return readFileSync(copied, "utf8");
  } finally {
    await dockerOutput(["rm", container]);
  }
}
