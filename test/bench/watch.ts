import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectFolder, say } from "../../scripts/lib/project.ts";

const usage = `usage: node test/bench/watch.ts [EDITS]
Prints how long after each edit of a Python server's source pith watch has the new program running. Engine, registry and
frontend are those of npm run up. Default: 7 edits.`;

const registry = process.env["PITH_REGISTRY"];
const edits = Number(process.argv[2] ?? 7);
if (registry === undefined || !Number.isInteger(edits) || edits < 1) {
  say(usage);
  process.exitCode = 2;
} else {
  const seconds = await measureEdits(registry, edits);
  const sorted = seconds.toSorted((left, right) => left - right);
  process.stdout.write(`${seconds.map((one) => one.toFixed(2)).join(" ")}\n`);
  process.stdout.write(`median ${String(sorted[Math.floor(edits / 2)]?.toFixed(2))} s\n`);
}

/** Seconds from the moment in which a source is written to the first line of the program that was made of it. */
async function measureEdits(host: string, count: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), "pith-watch-bench-"));
  const write = (word: string): void => writeFileSync(join(folder, "main.py"), programSaying(word));
  const spec = `# syntax=${host}/pith:1\nfrom: ${host}/python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [main.py]\nports: [8000]\n`;
  writeFileSync(join(folder, "pith.yaml"), spec);
  write("edit 0");
  const child = spawn(process.execPath, [join(projectFolder, "dist/cli.js"), "watch", "-v", folder]);
  try {
    let said = "";
    const until = (text: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!said.includes(text)) return;
          child.stdout.off("data", look).off("end", fail);
          resolve(performance.now());
        };
        const fail = (): void => reject(new Error(`the watch ended: ${said}`));
        child.stdout.on("data", look).on("end", fail);
        look();
      });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    // Said on the error stream, to which nothing may come after it: so it is looked for now and then.
    while (!said.includes("take no engine from now")) await pause(100);
    const seconds: number[] = [];
    for (let number = 1; number <= count; number += 1) {
      // The container before is removed meanwhile.
      await pause(3000);
      const begun = performance.now();
      write(`edit ${String(number)}`);
      seconds.push(((await until(`serves edit ${String(number)}\n`)) - begun) / 1000);
    }
    return seconds;
  } finally {
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGINT");
    await ended;
    rmSync(folder, { recursive: true });
  }
}

function programSaying(word: string): string {
  return `import http.server
server = http.server.HTTPServer(("0.0.0.0", 8000), http.server.BaseHTTPRequestHandler)
print("serves ${word}", flush=True)
server.serve_forever()
`;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
