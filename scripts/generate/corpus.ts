import { corpusPrograms } from "../../test/support/corpus.ts";

/** The programs that the tests build and run, and why they are hard to ship. */
export function renderCorpus(): Promise<string> {
  const programs = corpusPrograms();
  const groups = [...new Set(programs.map(({ group }) => group))];
  const rows = programs.map(
    ({ group, name, levels, among, hard }) =>
      `| ${group} | ${name} | ${levels.join(", ")} | ${[hard, among && `also among \`${among}\``].filter(Boolean).join("; ")} |`,
  );
  return Promise.resolve(`<!-- Made by scripts/generate.ts from test/corpus/programs; do not edit. -->

# The corpus

\`\`\`sh not-run="the corpus itself, which CI runs in two turns"
npm run corpus                              # all programs
PITH_CORPUS=flask,perl npm run corpus       # the program flask and the group perl
\`\`\`

${programs.length} programs of Debian and npm in ${groups.length} groups. The tests build each one at each of its levels, run it in its
image without a network, without capabilities and with a read-only root, and compare its answer. Programs without a
runtime have one level.

- A push that touches what closures are made of runs all programs, and so does \`npm run test:all\`.
- Programs whose builders have no steps run without an engine. [testing.md](testing.md) says how.
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
