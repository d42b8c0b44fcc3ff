import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { table } from "../bench/tables.ts";
import type { WildProgram } from "./program.ts";
import { type Trial, type Trying, tryProgram } from "./trial.ts";

/** One application of each kind. */
export const comparedPrograms: readonly string[] = [
  "hapi-vision",
  "falcon-words",
  "rouge-kramdown",
  "slim-eloquent",
  "lighttpd-cgi",
];

/** What a machine has on which many things were tried: runtimes, frameworks, servers and tools of others. */
const otherPackages: readonly string[] = `
  python3-django python3-flask python3-numpy python3-pil python3-lxml python3-sqlalchemy
  python3-requests python3-yaml python3-setuptools python3-pytest python3-paramiko ruby ruby-sinatra
  ruby-nokogiri ruby-activerecord ruby-sassc rake libmojolicious-perl libmoose-perl
  libdbd-sqlite3-perl libwww-perl libtemplate-perl php-cli php-xml php-curl php-symfony-console
  php-twig nodejs node-express node-lodash default-jre-headless lua5.4 tcl git imagemagick ghostscript
  nginx postgresql-client sqlite3 redis-server
`
  .trim()
  .split(/\s+/u);

/** Images of such a builder may be so many times as large. */
const aim = 1.3;

const introduction = `<!-- Made by npm run wild -- --fuller; do not edit. -->

# Builders that have more

\`npm run wild -- --fuller\` makes this page. Each program is built twice at \`safe\`: from a builder that has its own
packages, and from one that has those and ${String(otherPackages.length)} more first. Those are runtimes, frameworks, servers and tools that have
nothing to do with it. Both images have to do all that the program's file in \`test/wild/programs\` asks. The aim
is at most ${String(aim)} times the size.
`;

/** Builds each program from its own builder and from one that has more, and writes docs/fuller-builders.md. */
export async function compareFuller(programs: readonly WildProgram[], trying: Trying): Promise<void> {
  const rows: string[][] = [];
  for (const program of programs) {
    const own = await trialOf(program, trying);
    const fuller = await trialOf({ ...program, name: `${program.name}-fuller`, others: otherPackages }, trying);
    if (own === undefined || fuller === undefined) continue;
    const ratio = fuller.bytes / own.bytes;
    const row = [
      program.group,
      program.name,
      sizeOf(own),
      sizeOf(fuller),
      ratio.toFixed(2),
      ratio <= aim ? "met" : "missed",
    ];
    process.stdout.write(`${row.join(" ")}\n`);
    for (const one of [own, fuller]) {
      if (one.outcome !== "works")
        process.stdout.write(`    ${one.name}: ${one.outcome}: ${one.failures.join("\n    ").slice(0, 1500)}\n`);
    }
    rows.push(row);
  }
  const head = ["kind", "program", "own builder", "fuller builder", "ratio", "aim"];
  const file = join(projectFolder, "docs/fuller-builders.md");
  writeFileSync(file, `${introduction}\n${table(head, rows)}\n`);
  await output("npx", ["biome", "check", "--linter-enabled=false", "--write", file], { cwd: projectFolder });
}

async function trialOf(program: WildProgram, trying: Trying): Promise<Trial | undefined> {
  const [trial] = await tryProgram({ ...program, levels: ["safe"] }, trying);
  return trial;
}

function sizeOf({ bytes, outcome }: Trial): string {
  return `${(bytes / 1e6).toFixed(1)} MB${outcome === "works" ? "" : `, ${outcome}`}`;
}
