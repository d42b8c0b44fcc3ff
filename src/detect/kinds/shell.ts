import type { Detector, Found } from "../candidate.ts";

/** A directory of shell scripts. */
export const shellScript: Detector = {
  looksFor: ["start.sh", "run.sh", "main.sh", "*.sh"],
  async find(project): Promise<readonly Found[]> {
    const scripts = project.files.filter((path) => /^[^/]+\.(?:sh|bash)$/u.test(path));
    const named = ["start.sh", "run.sh", "main.sh", "entrypoint.sh"].find((name) => scripts.includes(name));
    const file = named ?? (scripts.length === 1 ? scripts[0] : undefined);
    if (file === undefined) return [];
    const first = (await project.text(file)).split("\n", 1)[0] ?? "";
    const interpreter = /\bbash\b/u.test(first) ? "bash" : "sh";
    const keys = [
      { key: "from", value: "debian:trixie-slim", because: "the programs that the script runs come from here" },
      { key: "interpreter", value: interpreter, because: first === "" ? undefined : `${file}:1: ${first}` },
      { key: "app", value: project.inContext(".") },
      { key: "cmd", value: [file] },
    ];
    const fact = named === undefined ? "the only script" : "a script of this name is the start";
    return [{ name: "Shell script", confidence: 20, evidence: [{ file, fact }], keys }];
  },
};
