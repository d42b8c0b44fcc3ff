import { table } from "../../test/bench/tables.ts";
import { corpusPrograms } from "../../test/support/corpus.ts";
import { firstTryTables } from "./measurements/first-try.ts";
import { comparisonTable, faultsText, fullerText, repositoryTables, tightnessTable } from "./measurements/others.ts";
import { wildTables } from "./measurements/wild.ts";
import { wrapParagraphs } from "./measurements/wrap.ts";

/** The most lines of the page: who reads it wants figures, and no diary. */
const mostLines = 150;

/** What was measured, from the files results.json beside the tests. */
export function renderMeasurements(): Promise<string> {
  const page = wrapParagraphs(`${programsText()}\n${othersText()}`);
  const lines = page.split("\n").length;
  if (lines > mostLines) {
    throw new Error(`cannot write docs/measurements.md: ${String(lines)} lines, of ${String(mostLines)}`);
  }
  return Promise.resolve(`${page.trimEnd()}\n`);
}

/** What programs did: at the first try, and when they are run again. */
function programsText(): string {
  const programs = corpusPrograms();
  const groups = new Set(programs.map(({ group }) => group)).size;
  const wild = wildTables();
  const tries = firstTryTables();
  return `<!-- Made by scripts/generate.ts from test/**/results.json; do not edit. -->

# What was measured

For example, ${tries.example} of Node worked at \`safe\` at the first try. This page says what was measured, on what,
when and with what result, for each language and level, and what is known to fail.

- A program _works_ when its image does all that its builder does: read-only, as the image's user, without the network.
- A failure is _announced_ when a line of the build names what is missing, and _silent_ otherwise.
- Figures of one kind and level say nothing about another, so they are never added up.
- Builders are made of Debian 13's packages and npm's, on x86-64. Other distributions and processors were not measured.
- Most images were not started while they were built; the [start check](guides/verify.md#the-start-check) finds more.

## The first try

Each program was chosen, and its checks written, before Pith saw it. A cell has the programs that worked, of all, and
those that failed silently. The batches were run from 27 November to 4 December 2026, with the code of their day.
Bold figures meet the aims: 95 % at \`safe\`, 90 % at \`reachable\`, and no silent failure.

${tableOf(tries.batches)}

The same for applications of other people, and for Dockerfiles on an engine, by the day and the commit of the run:

${tableOf(tries.others)}

Tests that libraries carry were run as applications too. ${tries.libraries}

## Programs that are run again

Programs that no rule was made for, run often while Pith was built, so that these figures flatter (${wild.made}):

${tableOf(wild)}

These fail silently: ${wild.failing}. Besides, the tests build and ask ${String(programs.length)} programs of [the corpus](../test/corpus/programs)
in ${String(groups)} groups; one that does not answer at one of its levels fails the tests.
`;
}

/** Sizes, repositories, and what is known to fail. */
function othersText(): string {
  const tries = firstTryTables();
  const repositories = repositoryTables();
  const tight = tightnessTable();
  const compared = comparisonTable();
  return `## Size

Bytes that ship for a byte that the program opens, as medians (${tight.made}). A run of a second opens less than
a program needs in its life, so 1.0 is not the aim. At \`safe\` alone: ${tight.text}.

${tableOf(tight)}

${fullerText()}

One function in the images of others: their unpacked size and their known vulnerabilities
(${compared.made}). Those called \`-like\` are stand-ins of
Debian's packages, as public lists of the originals name them. None of them holds the function itself.

${tableOf(compared)}

## Repositories without a spec

What generators and first pages of documentations make was built by the line \`# syntax=\` alone. A cell says how many
worked at first, and how many after fixes, of those that were built on 27 and 28 November 2026. The later lists were written before any
of their repositories was built. A build that says what is missing works where nothing can run.

${tableOf(repositories)}

${repositories.text}

## What is known to fail

- [What can still be lost](guides/troubleshooting.md#what-can-still-be-lost) without a line of the build that names it.
- Single modules lose more than programs: of Python's packages, ${tries.modules} loaded all.
- [Performance](guides/performance.md) has the times, and the aims that are missed.
- ${faultsText()}
`;
}

function tableOf({
  head,
  rows,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): string {
  return table(head, rows);
}
