import { evidenceAt } from "../../candidate.ts";
import type { Project } from "../../project.ts";
import type { PythonPackages } from "./packages.ts";
import type { PythonStart } from "./started.ts";

/** A framework whose program runs a script, or whose script serves by itself. */
interface Runner {
  readonly name: string;
  /** The package, and the module that scripts import. */
  readonly dependency: string;
  readonly module: string;
  /** What runs the script; none: Python itself. */
  readonly words?: readonly string[];
  /** Words behind the script. */
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly port: number;
}

const runners: readonly Runner[] = [
  {
    name: "Streamlit",
    dependency: "streamlit",
    module: "streamlit",
    words: ["streamlit", "run", "--server.address=0.0.0.0", "--server.port=8501", "--server.headless=true"],
    port: 8501,
  },
  {
    name: "Chainlit",
    dependency: "chainlit",
    module: "chainlit",
    words: ["chainlit", "run"],
    options: ["--headless", "--host", "0.0.0.0", "--port", "8000"],
    port: 8000,
  },
  {
    name: "Panel",
    dependency: "panel",
    module: "panel",
    words: ["panel", "serve"],
    options: ["--address", "0.0.0.0", "--port", "5006", "--allow-websocket-origin=*"],
    port: 5006,
  },
  {
    name: "Gradio",
    dependency: "gradio",
    module: "gradio",
    env: { GRADIO_SERVER_NAME: "0.0.0.0", GRADIO_SERVER_PORT: "7860" },
    port: 7860,
  },
  { name: "Robyn", dependency: "robyn", module: "robyn", env: { ROBYN_HOST: "0.0.0.0" }, port: 8080 },
  { name: "NiceGUI", dependency: "nicegui", module: "nicegui", port: 8080 },
  { name: "FastHTML", dependency: "python-fasthtml", module: "fasthtml", port: 5001 },
  { name: "aiohttp", dependency: "aiohttp", module: "aiohttp", port: 8080 },
];

/** Frameworks that are started by their own program, or that serve from a script. */
export async function fromRunner(
  project: Project,
  { names }: PythonPackages,
  sources: readonly string[],
): Promise<PythonStart | undefined> {
  for (const { name, dependency, module, words, options = [], env, port } of runners) {
    if (!names.has(dependency)) continue;
    for (const path of sources) {
      const text = await project.text(path);
      const imported = new RegExp(`^(?:import|from) ${module}\\b`, "mu").exec(text)?.[0];
      // A client of the same package serves nothing.
      if (imported === undefined || (dependency === "aiohttp" && !/\brun_app\(/u.test(text))) continue;
      const evidence = [evidenceAt(path, imported, { text, shows: imported })];
      const cmd = words === undefined ? [path] : ["-m", ...words, path, ...options];
      const cmdBecause = words === undefined ? `${path} serves by itself` : `${name} runs the script`;
      const written = words === undefined ? /\bport\s*=\s*(?<port>\d{2,5})\b/u.exec(text)?.groups?.["port"] : undefined;
      const known = { port: written === undefined ? port : Number(written), ...(env === undefined ? {} : { env }) };
      return { name, confidence: 80, evidence, cmd, cmdBecause, ...known };
    }
  }
  return undefined;
}
