import { fieldOf } from "../../formats/json/json-object.ts";
import { parseRecordWithComments } from "../../formats/json/json-with-comments.ts";
import { type Detector, evidenceAt, type Found } from "../candidate.ts";
import { readCommand } from "../command-words.ts";

/** Applications of Deno. */
export const deno: Detector = {
  looksFor: ["deno.json", "deno.jsonc"],
  async find(project): Promise<readonly Found[]> {
    const file = ["deno.json", "deno.jsonc"].find((name) => project.has(name));
    if (file === undefined) return [];
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
    const all = { copy: { src: [project.inContext(".")], dest: "/app/" } };
    const build = [all, `deno install --entrypoint ${entry}`];
    const keys = [
      { key: "from", value: "denoland/deno:debian" },
      {
        key: "builders",
        value: { main: { from: "denoland/deno:debian", workdir: "/app", env: { DENO_DIR: "/deno-dir" }, build } },
      },
      { key: "interpreter", value: "deno" },
      { key: "app", value: { from: "main", src: "/app" } },
      { key: "cmd", value: cmd, because: task === undefined ? `${main ?? ""} is the start` : `the task ${task}` },
      { key: "env", value: { DENO_DIR: "/deno-dir" } },
    ];
    return [{ ...common, keys: keys.filter(({ key }) => key !== "from") }];
  },
};
