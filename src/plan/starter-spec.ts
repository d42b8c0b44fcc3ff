/** A folder that a spec is written for: the names in it, and the text of those that tell something. */
export interface StarterFolder {
  readonly names: readonly string[];
  read(name: string): string | undefined;
}

/** A first spec, and what it was concluded from. */
export interface StarterSpec {
  readonly text: string;
  readonly because: string;
}

/**
 * Writes a first spec for a folder, by its lists of dependencies, then by its sources, then by a Dockerfile. What it
 * cannot know it leaves to the person, in comments.
 */
export function composeStarterSpec(folder: StarterFolder, syntax: string): StarterSpec {
  const { because, lines } = findStarter(folder);
  return { text: `${[`# syntax=${syntax}`, ...lines].join("\n")}\n`, because };
}

interface Starter {
  readonly because: string;
  readonly lines: readonly string[];
}

function findStarter(folder: StarterFolder): Starter {
  const { names } = folder;
  const python = names.filter((name) => name.endsWith(".py"));
  if (names.includes("package.json")) return nodeStarter(folder);
  if (names.includes("requirements.txt") || python.length > 0) return pythonStarter(folder, python);
  const dockerfile = names.find((name) => name === "Dockerfile" || name === "Containerfile");
  if (dockerfile !== undefined) {
    return {
      because: dockerfile,
      lines: [`from: {dockerfile: ${dockerfile}}    # its entrypoint and command, and what they need`],
    };
  }
  const script = names.find((name) => /\.m?js$/u.test(name) && !/config|\.test\./u.test(name));
  if (script !== undefined) return { because: script, lines: nodeLines([script]) };
  return {
    because: "nothing that it knows",
    lines: [
      "from: debian:trixie-slim",
      "packages: []              # what the builder needs, by the names of its package manager",
      "build: []                 # steps in the builder, such as: make install",
      "binaries: [env]           # programs that ship, by name or path",
      "cmd: []",
    ],
  };
}

function nodeStarter(folder: StarterFolder): Starter {
  const parsed = parseJson(folder.read("package.json"));
  const start = textAt(parsed, ["scripts", "start"]);
  const main = textAt(parsed, ["main"]);
  const started = /^node (?<file>[\w./-]+)$/u.exec(start ?? "")?.groups?.["file"];
  const known = ["server.js", "index.js", "app.js", "main.js", "server.mjs", "index.mjs"];
  const entry = started ?? main ?? known.find((name) => folder.names.includes(name));
  const lines = nodeLines(entry === undefined ? [] : [entry]);
  if (entry === undefined) lines.push("cmd: [server.js]          # the file that Node starts with");
  return { because: "package.json", lines };
}

function nodeLines(cmd: readonly string[]): string[] {
  return ["from: node:24-slim", "interpreter: node", "app: .", ...(cmd.length === 0 ? [] : [`cmd: ${flow(cmd)}`])];
}

function pythonStarter(folder: StarterFolder, sources: readonly string[]): Starter {
  const requirements = folder.read("requirements.txt") ?? "";
  const needs = (name: string): boolean => new RegExp(`^\\s*${name}\\b`, "imu").test(requirements);
  const lines = ["from: python:3.13-slim", "interpreter: python3", "app: ."];
  const module = ["wsgi", "asgi", "app", "main"].find((name) => sources.includes(`${name}.py`));
  if (needs("gunicorn") && module !== undefined) {
    lines.push(`cmd: ${flow(["-m", "gunicorn", "--bind", "0.0.0.0:8000", `${module}:app`])}`, "ports: [8000]");
  } else if (needs("uvicorn") && module !== undefined) {
    lines.push(
      `cmd: ${flow(["-m", "uvicorn", "--host", "0.0.0.0", "--port", "8000", `${module}:app`])}`,
      "ports: [8000]",
    );
  } else {
    const first = ["manage.py", "__main__.py", "main.py", "app.py"].find((name) => sources.includes(name));
    const script = first ?? (sources.length === 1 ? sources[0] : undefined);
    lines.push(
      script === undefined ? "cmd: [main.py]            # the file that Python starts with" : `cmd: ${flow([script])}`,
    );
  }
  return { because: requirements === "" ? "its Python files" : "requirements.txt", lines };
}

/** A list as YAML; words that it would read as something else are quoted. */
function flow(words: readonly string[]): string {
  return `[${words.map((word) => (/^[A-Za-z_./-][\w./-]*$/u.test(word) ? word : JSON.stringify(word))).join(", ")}]`;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
  }
  return typeof at === "string" && at !== "" ? at : undefined;
}
