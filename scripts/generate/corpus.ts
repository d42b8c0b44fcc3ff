import { corpusPrograms, pushedPrograms } from "../../test/support/corpus.ts";

/** The programs that the tests build and run, and why they are hard to ship. */
export function renderCorpus(): Promise<string> {
  const programs = corpusPrograms();
  const pushed = new Set(pushedPrograms().map(({ name }) => name));
  const groups = [...new Set(programs.map(({ group }) => group))];
  const rows = programs.map(
    ({ group, name, levels, among, hard }) =>
      `| ${group} | ${name}${pushed.has(name) ? " *" : ""} | ${levels.join(", ")} | ${[hard, among && `also among ${among}`].filter(Boolean).join("; ")} |`,
  );
  return Promise.resolve(`<!-- Made by scripts/generate.ts from test/corpus/programs; do not edit. -->

# The corpus

${programs.length} programs of Debian and npm in ${groups.length} groups are built by the tests, run in their scratch images with
\`--network none --read-only --cap-drop ALL\`, and have to give an answer that is known: \`npm run corpus\`, and \`PITH_CORPUS=name,group npm run corpus\` for some
of them. \`npm test\`, which runs on every push, takes those marked with a star, ${pushed.size} of them, at their last level, on the classic store, and a handful on containerd's;
\`npm run test:whole\` takes all at every level. Programs with no run-time have one level. Every object of those
builders is compared with the real loader, and every closure with the one from an index of layers whose directories are listed in another order
(\`npm test -- --project differential\`). How many of the bytes that ship are opened is measured by \`npm run corpus -- --tightness\`, which writes \`docs/tightness.md\`.

Programs in Python, Ruby and Perl have a builder as a user would write it: a Debian that has the language, and the packages that their own specs name. Those that say \`also
among\` are built and run a second time in a crowd, a builder in which the packages of all programs of the language are installed, so that many modules find others which they
import only when they are there; closures are compared in the crowd for all of them. Other programs come from images with dozens of packages.

| group | program | levels | why it is hard |
| --- | --- | --- | --- |
${rows.join("\n")}
`);
}
