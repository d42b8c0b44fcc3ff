import { corpusPrograms, pushedPrograms } from "../../test/support/corpus.ts";

/** The programs that the tests build and run, and why they are hard to ship. */
export function renderCorpus(): Promise<string> {
  const programs = corpusPrograms();
  const pushed = new Set(pushedPrograms().map(({ name }) => name));
  const groups = [...new Set(programs.map(({ group }) => group))];
  const rows = programs.map(
    ({ group, name, levels, among, hard }) =>
      `| ${group} | ${name}${pushed.has(name) ? " *" : ""} | ${levels.join(", ")} | ${[hard, among && `also among \`${among}\``].filter(Boolean).join("; ")} |`,
  );
  return Promise.resolve(`<!-- Made by scripts/generate.ts from test/corpus/programs; do not edit. -->

# The corpus

\`\`\`sh
npm run corpus                              # all programs
PITH_CORPUS=name,group npm run corpus       # some of them
\`\`\`

${programs.length} programs of Debian and npm in ${groups.length} groups. The tests build each one, run it in its image with
\`--network none --read-only --cap-drop ALL\`, and compare its answer.

- \`npm test\` runs the ${pushed.size} programs with a star, at their last level, on the classic store. It also runs a few on the
  containerd store. \`npm run test:whole\` runs all programs at every level. Programs without a runtime have one level.
- \`npm test -- --project differential\` compares every object of these builders with the real loader. It also resolves
  every closure from an index of layers, whose directories are listed in another order, and compares.
- \`npm run corpus -- --tightness\` measures how many of the bytes that ship are opened, and writes \`docs/tightness.md\`.

Programs in Python, Ruby and Perl have a builder as a user would write it: Debian with the language, and the packages
that their own specs name. Those with \`also among\` are built and run a second time in an all-packages image. It has the
packages of all programs of the language, so many modules find others that they import only if present. Closures of all
these programs are compared in that image. Other programs come from images with dozens of packages.

| group | program | levels | why it is hard |
| --- | --- | --- | --- |
${rows.join("\n")}
`);
}
