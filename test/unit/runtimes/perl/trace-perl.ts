import type { ProcessContext, Yield } from "../../../../src/closure/model/closure.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { perl } from "../../../../src/runtimes/perl/perl.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

/** Perl with a small library of its own. */
const core = `//- /usr/bin/perl 0755
ELF
/usr/share/perl/5.40
/etc/perl
/usr/lib/x86_64-linux-gnu/perl-base
/usr/local/share/perl/5.40.1
/usr/lib/x86_64-linux-gnu/perl5/5.40
/usr/share/perl5
/usr/bin/perl5.40.1

//- /usr/share/perl/5.40 -> 5.40.1
//- /usr/share/perl/5.40.1/strict.pm
//- /usr/share/perl/5.40.1/Text/Wrap.pm
//- /usr/share/perl/5.40.1/Pod/Usage.pm
use Pod::Text;
//- /usr/share/perl/5.40.1/Pod/Text.pm
//- /usr/share/perl/5.40.1/pod/perl.pod
//- /usr/share/perl/5.40.1/unicore/Name.pl
//- /usr/lib/x86_64-linux-gnu/perl-base/strict.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/warnings.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/lib.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/parent.pm
//- /usr/share/perl/5.40.1/FindBin.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/POSIX.pm
use XSLoader;
//- /usr/lib/x86_64-linux-gnu/perl-base/XSLoader.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/auto/POSIX/POSIX.so
//- /usr/share/perl5/Shop.pm
use Text::Wrap;
eval { require Shop::Fast };
//- /usr/share/perl5/Shop/Plugin/Tax.pm
//- /usr/share/perl5/Shop/Manual.pod
//- /usr/share/perl5/Shop/Plugin/rates.db
//- /usr/share/perl5/Other.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/Shop/XS.pm
//- /usr/lib/x86_64-linux-gnu/perl5/5.40/auto/Shop/XS/XS.so
`;

/** What ships for a program, a line for each. */
export async function trace(
  app: string,
  options: Partial<
    Pick<
      ProcessContext,
      "args" | "env" | "stdlib" | "prune" | "appRoot" | "findLibrary" | "findProgram" | "readElf" | "systemPackage"
    >
  > = {},
): Promise<string> {
  const root = fixtureRoot(core + app);
  const proc: ProcessContext = {
    root,
    program: toAbsPath("/usr/bin/perl"),
    realProgram: toAbsPath("/usr/bin/perl"),
    elf: undefined,
    args: ["/app/app.pl"],
    env: {},
    workdir: toAbsPath("/app"),
    entries: [],
    appRoot: toAbsPath("/app"),
    stdlib: "reachable",
    prune: "safe",
    bytecode: "keep",
    architecture: "amd64",
    readElf: () => Promise.resolve(undefined),
    findLibrary: () => Promise.resolve(undefined),
    findProgram: () => Promise.resolve(undefined),
    ...options,
  };
  const runtime = await perl.start(proc);
  const lines = new Set<string>();
  const pending = new Set<string>();
  const take = async (yields: AsyncIterable<Yield>): Promise<void> => {
    for await (const one of yields) {
      if ("finding" in one) {
        lines.add(`${one.finding.severity} ${one.finding.code}: ${one.finding.message}`);
        continue;
      }
      if ("unknown" in one) {
        lines.add(`unknown ${one.unknown.what}: ${JSON.stringify(one.unknown.bound)}`);
        continue;
      }
      const { role, path, why } = one.need;
      if (role === "module") pending.add(path);
      if (![...lines].some((line) => line.startsWith(`${role} ${path}:`))) lines.add(`${role} ${path}: ${why}`);
    }
  };
  await take(runtime.start());
  const read = new Set<string>();
  do {
    for (const path of pending) if (!read.has(path)) await take(runtime.needs(toAbsPath(path)));
    for (const path of pending) read.add(path);
    await take(runtime.settle());
  } while (read.size < pending.size);
  return [...lines].toSorted().join("\n");
}
