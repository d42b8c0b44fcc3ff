import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectFolder } from "./project.ts";

const packageSchema = z.looseObject({
  version: z.string(),
  license: z.string(),
  author: z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]).optional(),
});

/** Licences that a bundled package may have: each lets it be given on, with its text. */
const known: ReadonlySet<string> = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);
/** Licences of lists, which are known by their address, and want the author to be named. */
const ofData: ReadonlySet<string> = new Set(["CC-BY-3.0", "CC0-1.0"]);

/**
 * The licences of the npm packages in the bundles, each with its whole text. Throws for a package without a text, or of
 * a licence that nobody has looked at yet.
 */
export function printNotices(names: Iterable<string>): string {
  const notices = [...new Set(names)].toSorted().map((name) => {
    const folder = join(projectFolder, "node_modules", name);
    const facts = packageSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    const { version, license } = facts;
    if (!known.has(license) && !ofData.has(license))
      throw new Error(`cannot bundle ${name}: nobody has looked at the licence ${license}`);
    const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)(?:\.|$)/iu.test(file));
    const isNamed = files.length === 0 && ofData.has(license);
    if (files.length === 0 && !isNamed) throw new Error(`cannot bundle ${name}: it has no text of its licence`);
    const texts = isNamed
      ? [`By ${facts.author ?? name}, under https://spdx.org/licenses/${license}.html`]
      : files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
    return `${line}\n${name} ${version} (${license})\n${line}\n\n${texts.join("\n\n")}\n`;
  });
  return [preface, ...notices, nodeNotice()].join("\n");
}

/** Node's licence names all that is part of it. */
function nodeNotice(): string {
  const folder = join(projectFolder, "node_modules/node/node_modules");
  const program = readdirSync(folder).find((name) => /^node-(?:linux|darwin)-\w+$/u.test(name));
  if (program === undefined) throw new Error("cannot print the licence of Node: it is not installed");
  return `${line}\nNode.js\n${line}\n\n${readFileSync(join(folder, program, "LICENSE"), "utf8").trim()}\n`;
}

const line = "-".repeat(80);

const preface = `Pith is licensed under Apache-2.0. Its programs are bundled with the packages below, each under its own licence.

The frontend's image also holds Node.js, whose licence stands last, and C libraries, whose licences are beside this
file.
`;
