import { fieldOf } from "../../formats/json/json-object.ts";
import { parseRecordWithComments } from "../../formats/json/json-with-comments.ts";
import { type Detector, evidenceAt, type Found, type SpecKey } from "../candidate.ts";
import { readCommand } from "../command-words.ts";
import type { Project } from "../project.ts";

/** Applications of Deno. */
export const deno: Detector = {
  looksFor: ["deno.json", "deno.jsonc", "main.ts"],
  async find(project): Promise<readonly Found[]> {
    const file = ["deno.json", "deno.jsonc"].find((name) => project.has(name));
    if (file === undefined) return fromScript(project);
    const text = await project.text(file);
    const tasks = fieldOf(parseRecordWithComments(text), "tasks");
    const task = ["start", "serve", "run"].find((name) => typeof tasks[name] === "string");
    const command = task === undefined ? undefined : readCommand(String(tasks[task]), "8000");
    const words =
      command?.words[0] === "deno" ? command.words.slice(1).filter((word) => !word.startsWith("--watch")) : undefined;
    const main = ["main.ts", "main.js", "mod.ts", "server.ts", "index.ts", "src/main.ts"].find((name) =>
      project.has(name),
    );
    const evidence = [
      evidenceAt(file, task === undefined ? "a project of Deno" : `tasks.${task} is ${String(tasks[task])}`, {
        text,
        shows: task ?? "{",
      }),
    ];
    const common = { name: "Deno", confidence: 82, evidence };
    const cmd = words ?? (main === undefined ? undefined : ["run", "--allow-net", "--allow-env", "--allow-read", main]);
    const entry = cmd?.find((word) => /\.[cm]?[jt]sx?$/u.test(word));
    if (cmd === undefined || entry === undefined || !project.has(entry.replace(/^\.\//u, ""))) {
      return [
        {
          ...common,
          reason: "no task start, and no main.ts",
          hint: 'add "start": "deno run --allow-net main.ts" to tasks',
        },
      ];
    }
    const because = task === undefined ? `${main ?? ""} is the start` : `the task ${task}`;
    return [{ ...common, keys: denoKeys(project, { cmd, entry, because }) }];
  },
};

/** A script without a deno.json that names what only Deno has. */
async function fromScript(project: Project): Promise<readonly Found[]> {
  const entry = ["main.ts", "server.ts", "index.ts", "mod.ts"].find((name) => project.has(name));
  const text = entry === undefined || project.has("package.json") ? "" : await project.text(entry);
  const shown = /\bDeno\.\w+|["'](?:jsr:|https:\/\/deno\.land\/)[^"']+/u.exec(text)?.[0];
  if (entry === undefined || shown === undefined) return [];
  const cmd = ["run", "--allow-net", "--allow-env", "--allow-read", entry];
  const evidence = [evidenceAt(entry, `it uses ${shown.replace(/^["']/u, "")}`, { text, shows: shown })];
  const keys = denoKeys(project, { cmd, entry, because: `${entry} is the start` });
  return [{ name: "Deno", confidence: 70, evidence, keys }];
}

interface DenoStart {
  readonly cmd: readonly string[];
  readonly entry: string;
  readonly because: string;
}

function denoKeys(project: Project, { cmd, entry, because }: DenoStart): readonly SpecKey[] {
  const all = { copy: { src: [project.inContext(".")], dest: "/app/" } };
  const env = { DENO_DIR: "/deno-dir" };
  const build = [all, `deno install --entrypoint ${entry}`];
  // What Deno.serve listens on where the program does not say.
  const port = [{ key: "ports", value: [8000] }];
  return [
    { key: "builders", value: { main: { from: "denoland/deno:debian", workdir: "/app", env, build } } },
    { key: "interpreter", value: "deno" },
    { key: "app", value: { from: "main", src: "/app" } },
    { key: "cmd", value: cmd, because },
    { key: "env", value: env },
    ...(cmd.some((word) => word === "-A" || word.startsWith("--allow-net") || word === "serve") ? port : []),
  ];
}
