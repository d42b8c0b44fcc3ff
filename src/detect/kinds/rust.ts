import { parseToml, tableAt, tablesIn, textOf } from "../../formats/toml/toml.ts";
import { cachedStep } from "../cached-step.ts";
import { type Detector, evidenceAt, type Found } from "../candidate.ts";
import { compiledKeys } from "../compiled.ts";
import type { Project } from "../project.ts";

/** Programs of Rust. */
export const rust: Detector = {
  looksFor: ["Cargo.toml"],
  async find(project): Promise<readonly Found[]> {
    const text = await project.text("Cargo.toml");
    if (text === "") return [];
    const members = await findPrograms(project);
    const evidence = [
      evidenceAt("Cargo.toml", "a package or workspace of Cargo", { text, shows: /^\[(?:package|workspace)\]/mu }),
    ];
    const common = { name: "Rust", confidence: 85, evidence };
    const chosen = textOf(tableAt(parseToml(text), "package"), "default-run");
    const program = members.find(({ name }) => name === chosen) ?? chooseProgram(members);
    if (program === undefined) {
      const reason =
        members.length === 0
          ? "it has no program: no src/main.rs and no [[bin]]"
          : `it has the programs ${members.map(({ name }) => name).join(", ")}`;
      return [{ ...common, reason, hint: 'add default-run = "NAME" to [package], or write a spec that names one' }];
    }
    const locked = project.has("Cargo.lock") ? " --locked" : "";
    const build = cachedStep(
      `cargo build --release${locked} --bin ${program.name} && mkdir -p /out && cp target/release/${program.name} /out/`,
      ["/usr/local/cargo/registry"],
      program.name,
    );
    const keys = await compiledKeys(project, {
      from: "rust:1",
      steps: [build],
      program: `/out/${program.name}`,
      programBecause: `${program.file} is the program ${program.name}`,
      port: await findPort(project, program.file),
    });
    const isRead = /\bvar\("PORT"\)/u.test(await project.text(program.file));
    const port = String((await findPort(project, program.file)) ?? 8080);
    const env = { key: "env", value: { PORT: port }, because: "it reads its port from here" };
    return [{ ...common, keys: isRead ? [...keys, env] : keys }];
  },
};

/** The only program, the package's own beside those of `src/bin`, or the only one that is named as a server. */
function chooseProgram(found: readonly Program[]): Program | undefined {
  if (found.length === 1) return found[0];
  const own = found.filter(({ file }) => file.endsWith("src/main.rs"));
  const serving = found.filter(({ name }) => /(?:^|[-_])(?:server|api|web|app)$/u.test(name));
  return own.length === 1 ? own[0] : serving.length === 1 ? serving[0] : undefined;
}

/** A name that Cargo takes. */
const programName = /^[\w-]+$/u;

interface Program {
  readonly name: string;
  readonly file: string;
}

/** The programs of a package, or of every member of a workspace. */
async function findPrograms(project: Project): Promise<readonly Program[]> {
  const found: Program[] = [];
  for (const manifest of project.files.filter((path) => /(?:^|\/)Cargo\.toml$/u.test(path))) {
    const folder = manifest.slice(0, -"Cargo.toml".length);
    const cargo = parseToml(await project.text(manifest));
    const name = textOf(tableAt(cargo, "package"), "name");
    if (name === undefined || !programName.test(name) || /(?:^|\/)(?:examples?|fuzz|benches|xtask)\//u.test(folder))
      continue;
    for (const bin of tablesIn(cargo, "bin")) {
      const own = textOf(bin, "name");
      if (own !== undefined && programName.test(own))
        found.push({ name: own, file: `${folder}${textOf(bin, "path") ?? "src/main.rs"}` });
    }
    const isNamed = found.some(({ file }) => file === `${folder}src/main.rs`);
    if (project.has(`${folder}src/main.rs`) && !isNamed) found.push({ name, file: `${folder}src/main.rs` });
    for (const path of project.files) {
      const own = path.startsWith(`${folder}src/bin/`)
        ? /^(?<name>[\w-]+)(?:\.rs|\/main\.rs)$/u.exec(path.slice(`${folder}src/bin/`.length))
        : null;
      const bin = own?.groups?.["name"];
      if (bin !== undefined && !found.some((one) => one.file === path)) found.push({ name: bin, file: path });
    }
  }
  return found;
}

async function findPort(project: Project, file: string): Promise<number | undefined> {
  const text = await project.text(file);
  const port = /"[\d.]+:(?<port>\d{2,5})"|\(\[[\d, ]+\],\s*(?<other>\d{2,5})\)/u.exec(text)?.groups;
  const found = port?.["port"] ?? port?.["other"];
  return found === undefined
    ? /\brocket\b/u.test(await project.text("Cargo.toml"))
      ? 8000
      : undefined
    : Number(found);
}
