import { megabytesOf } from "../support/results.ts";
import type { WildProgram } from "./program.ts";
import { type WildResults, writeFuller } from "./results.ts";
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
export const fullerAim = 1.3;

/** Builds each program from its own builder and from one that has more, and writes what came of it. */
export async function compareFuller(programs: readonly WildProgram[], trying: Trying): Promise<void> {
  const measured: WildResults["fuller"][number][] = [];
  for (const program of programs) {
    const own = await trialOf(program, trying);
    const fuller = await trialOf({ ...program, name: `${program.name}-fuller`, others: otherPackages }, trying);
    if (own === undefined || fuller === undefined) continue;
    const ratio = Math.round((fuller.bytes / own.bytes) * 100) / 100;
    const { group, name } = program;
    const verdict = ratio <= fullerAim ? "met" : "missed";
    process.stdout.write(`${[group, name, sizeOf(own), sizeOf(fuller), ratio.toFixed(2), verdict].join(" ")}\n`);
    for (const one of [own, fuller]) {
      if (one.outcome !== "works")
        process.stdout.write(`    ${one.name}: ${one.outcome}: ${one.failures.join("\n    ").slice(0, 1500)}\n`);
    }
    if (own.outcome !== "works" || fuller.outcome !== "works") continue;
    measured.push({ group, name, own: megabytesOf(own.bytes), fuller: megabytesOf(fuller.bytes), ratio });
  }
  writeFuller(measured);
}

async function trialOf(program: WildProgram, trying: Trying): Promise<Trial | undefined> {
  const [trial] = await tryProgram({ ...program, levels: ["safe"] }, trying);
  return trial;
}

function sizeOf({ bytes, outcome }: Trial): string {
  return `${(bytes / 1e6).toFixed(1)} MB${outcome === "works" ? "" : `, ${outcome}`}`;
}
