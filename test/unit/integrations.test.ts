import { execFile } from "node:child_process";
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";
import { pith } from "../support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-integrations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const read = (name: string): string => readFileSync(join(projectFolder, name), "utf8");

const good = "# syntax=localhost:5000/pith:1\nfrom: debian:trixie-slim\nbinaries: [env]\n";
const bad = good.replace("binaries", "binarys");

/** A folder with files, and `pith` and `npx pith-image@1` that run this checkout. */
function projectWith(files: Readonly<Record<string, string>>): {
  readonly at: string;
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => Promise<number>;
} {
  const at = mkdtempSync(join(folder, "project-"));
  const bin = join(at, ".bin");
  mkdirSync(bin);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(at, name), text);
  const own = `exec ${process.execPath} ${join(projectFolder, "dist/cli.js")}`;
  writeFileSync(join(bin, "pith"), `#!/bin/sh\n${own} "$@"\n`);
  writeFileSync(join(bin, "npx"), `#!/bin/sh\n[ "$1 $2" = "--yes pith-image@1" ] || exit 99\nshift 2\n${own} "$@"\n`);
  for (const name of ["pith", "npx"]) chmodSync(join(bin, name), 0o755);
  return {
    at,
    async run(script, env = {}) {
      const options = { cwd: at, env: { PATH: `${bin}:/usr/bin:/bin`, ...env } };
      try {
        await promisify(execFile)("bash", ["-e", "-c", script], options);
        return 0;
      } catch (failure) {
        return z.object({ code: z.number() }).parse(failure).code;
      }
    },
  };
}

describe("the GitHub Action", () => {
  const action = z
    .object({
      inputs: z.record(z.string(), z.object({ description: z.string(), default: z.string() })),
      runs: z.object({
        using: z.literal("composite"),
        steps: z.array(z.object({ shell: z.literal("bash"), env: z.record(z.string(), z.string()), run: z.string() })),
      }),
    })
    .parse(parse(read("action.yml")));

  /** Runs the steps as GitHub does, with inputs in place of expressions. */
  async function steps(
    files: Readonly<Record<string, string>>,
    inputs: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly at: string }> {
    const project = projectWith(files);
    for (const { env, run } of action.runs.steps) {
      const values = Object.entries(env).map(([name, text]) => {
        const input = /^\$\{\{ inputs\.(\w+) \}\}$/u.exec(text)?.[1] ?? "";
        return [name, inputs[input] ?? action.inputs[input]?.default ?? "unknown input"] as const;
      });
      const code = await project.run(run, Object.fromEntries(values));
      if (code !== 0) return { code, at: project.at };
    }
    return { code: 0, at: project.at };
  }

  it("checks a spec, and leaves SARIF", async () => {
    const fine = await steps({ "pith.yaml": good }, {});
    expect(fine.code).toBe(0);
    expect(JSON.parse(readFileSync(join(fine.at, "pith.sarif"), "utf8"))).toMatchObject({ runs: [{ results: [] }] });
    const wrong = await steps({ "pith.yaml": bad }, {});
    expect(wrong.code).toBe(2);
    expect(readFileSync(join(wrong.at, "pith.sarif"), "utf8")).toContain("SPEC_UNKNOWN_KEY");
  });

  it("audits an image, and refuses one that is not accepted", async () => {
    const files = { "pith.yaml": good, key: "" };
    const audited = await steps(files, { command: "audit", image: "dir:.", arguments: "--max-score 300" });
    expect(audited.code).toBe(0);
    expect(existsSync(join(audited.at, "pith.sarif"))).toBe(true);
    expect((await steps(files, { command: "audit", image: "dir:.", arguments: "--max-score 0" })).code).toBe(1);
    expect((await steps(files, { command: "deploy" })).code).toBe(2);
  });
});

describe("the pre-commit hooks", () => {
  const hooks = z
    .array(z.looseObject({ id: z.string(), entry: z.string(), files: z.string(), language: z.literal("node") }))
    .parse(parse(read(".pre-commit-hooks.yaml")));

  it("take the files that their pattern names", () => {
    for (const { files } of hooks) {
      const pattern = new RegExp(files, "u");
      for (const name of ["pith.yaml", "services/api/pith.yml", "pith.debug.yaml"]) expect(name).toMatch(pattern);
      for (const name of ["compose.yaml", "apith.yaml", "pith.yaml.md"]) expect(name).not.toMatch(pattern);
    }
  });

  it("fail at a wrong spec among several, and mend what is sure", async () => {
    const [lint, fix] = hooks;
    const project = projectWith({ "pith.yaml": good, "pith.b.yaml": `${good}expose: 80\n` });
    const names = "pith.yaml pith.b.yaml";
    expect(await project.run(`${lint?.entry ?? ""} ${names}`)).toBe(2);
    expect(await project.run(`${fix?.entry ?? ""} ${names}`)).toBe(0);
    expect(readFileSync(join(project.at, "pith.b.yaml"), "utf8")).toBe(`${good}ports: [80]\n`);
    expect(await project.run(`${lint?.entry ?? ""} ${names}`)).toBe(0);
  });
});

describe("the Renovate preset", () => {
  const { customManagers } = z
    .object({
      customManagers: z.array(
        z.object({ managerFilePatterns: z.array(z.string()), matchStrings: z.array(z.string()) }),
      ),
    })
    .parse(JSON.parse(read("integrations/renovate/default.json")));
  const found = (manager: number, text: string): readonly unknown[] =>
    (customManagers[manager]?.matchStrings ?? []).flatMap((source) =>
      [...text.matchAll(new RegExp(source, "gu"))].map(({ groups }) => ({ ...groups })),
    );

  it("finds the frontend and the base images of a spec", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const spec = `# syntax=localhost:5000/pith:1\nfrom: python:3.13-slim@${digest}\nbuilders:\n  go: {from: a}\n  node:\n    from: "node:24"\n`;
    expect(found(0, spec)).toEqual([
      { depName: "python", currentValue: "3.13-slim", currentDigest: digest },
      { depName: "node", currentValue: "24", currentDigest: undefined },
      { depName: "localhost:5000/pith", currentValue: "1", currentDigest: undefined },
    ]);
  });

  it("finds the digests of a lock file", () => {
    const image = { name: "debian:trixie-slim", digest: `sha256:${"b".repeat(64)}` };
    const lock = JSON.stringify({ version: 1, builders: { main: { image, packages: {} } } }, undefined, 2);
    expect(found(1, lock)).toEqual([{ depName: "debian", currentValue: "trixie-slim", currentDigest: image.digest }]);
  });

  it("finds the base image of every example that has a tag", () => {
    for (const name of globSync("examples/*/pith.yaml", { cwd: projectFolder })) {
      const text = read(name);
      if (/^from: \S+:\S+$/mu.test(text)) expect(found(0, text).length, name).toBeGreaterThan(0);
    }
  });
});

it("the tasks of VS Code find what lint says, at its line", async () => {
  const pattern = z.object({ regexp: z.string() });
  const { tasks } = z
    .object({
      tasks: z.array(z.object({ command: z.string(), problemMatcher: z.looseObject({ pattern: z.array(pattern) }) })),
    })
    .parse(JSON.parse(read("integrations/vscode/tasks.json")));
  for (const { command, problemMatcher } of tasks) {
    expect(command).toMatch(/^npx pith (?:lint|watch)$/u);
    const [headline, place] = problemMatcher.pattern.map(({ regexp }) => new RegExp(regexp, "u"));
    const { err } = await pith(["lint"], { files: { "pith.yaml": bad } });
    const lines = err.split("\n");
    const at = lines.findIndex((line) => headline?.test(line) === true);
    expect(place?.exec(lines[at + 1] ?? "")?.slice(1)).toEqual(["pith.yaml", "3", "1"]);
  }
  const settings = z.record(z.string(), z.unknown()).parse(JSON.parse(read("integrations/vscode/settings.json")));
  expect(Object.keys(settings)).toEqual(["yaml.schemas"]);
});

it("the Kubernetes example is as strict as pith run", () => {
  const text = read("integrations/kustomize/deployment.yaml");
  const container = z.looseObject({ image: z.string(), securityContext: z.unknown() });
  const { spec } = z
    .looseObject({
      spec: z.looseObject({ template: z.looseObject({ spec: z.looseObject({ containers: z.array(container) }) }) }),
    })
    .parse(parse(text));
  const [first] = spec.template.spec.containers;
  expect(first?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
  const { images, resources } = z
    .looseObject({ images: z.array(z.looseObject({ name: z.string() })), resources: z.array(z.string()) })
    .parse(parse(read("integrations/kustomize/kustomization.yaml")));
  expect(images.map(({ name }) => name)).toEqual([first?.image]);
  for (const name of resources) expect(existsSync(join(projectFolder, "integrations/kustomize", name))).toBe(true);
});
