import { type DataRule, limitsOfPrinciples } from "../../src/dlopen/data-rule.ts";
import { dataRules } from "../../src/dlopen/rules.ts";

const introduction = `<!-- Made by scripts/generate.ts from the rules; do not edit. -->

# Closure rules

\`\`\`sh
docker build -f pith.yaml --target explain --build-arg EXPLAIN='/usr/lib/**' -o - . | tar xO   # which rule brought what
\`\`\`

## Libraries in ELF headers

A program's loader (\`PT_INTERP\`) decides which libraries it loads. Pith simulates these loaders. Their settings are read
from the loader's file; no program of the builder runs.

| rule | glibc | musl |
| --- | --- | --- |
| order | breadth first over \`DT_NEEDED\` | the same |
| already loaded | by any name it was requested by, by its path, and by \`DT_SONAME\` | by the name it was found by |
| search | \`DT_RPATH\` of the requester, of what loaded it and so on, of the program (none where the requester has \`DT_RUNPATH\`); \`LD_LIBRARY_PATH\`; \`DT_RUNPATH\` of the requester alone; \`/etc/ld.so.cache\`; the loader's trusted directories | \`LD_LIBRARY_PATH\`; \`DT_RUNPATH\`, else \`DT_RPATH\`, of the whole chain; \`/etc/ld-musl-ARCH.path\`, else \`/lib:/usr/local/lib:/usr/lib\` |
| tokens | \`$ORIGIN\`, \`$LIB\`, \`$PLATFORM\`: all values that some machine has | \`$ORIGIN\` |
| hardware variants | every level of \`glibc-hwcaps\`, and before 2.37 the older directories, beside the baseline, each with what it needs | none |
| for another class or machine | skipped | the first file of the name is used |
| anything else unsuitable | the search ends there: \`LIBRARY_UNSUITABLE\` | the same |
| versions | each \`verneed\` must be in the library: \`LIBRARY_VERSION_MISSING\` | not checked |
| \`DT_FILTER\`, \`DT_AUXILIARY\` | followed; the latter may be absent | ignored |
| preloads | \`LD_PRELOAD\` of the image, \`/etc/ld.so.preload\` | \`LD_PRELOAD\` |

The loader does not read \`/etc/ld.so.conf\`; \`ldconfig\` does. If a library is found only through the cache, the image
gets its own cache of the libraries that ship. Plug-ins, addons and extension modules are loaded into their process,
with what it has loaded already.

This is compared with the real loaders, file by file and in order, on every object of a Debian root.

## Libraries and files that only code names

These ship:

- required and recommended \`.note.dlopen\` entries
- what the rules of the table bring, when the builder has it

A rule depends on an object or program that ships, never on the name of a package. \`closure.dlopen: notes\` turns the
rules off; \`off\` also turns the notes off. \`closure.exclude\` leaves out what a rule brings. \`closure.include\` and
\`libraries\` add what no rule brings.

A program \`sh\` of \`binaries\` or of the command also ships as \`/bin/sh\`, if that is the same file in the builder.
\`system\` and \`popen\` look for it there.

A library that is named only in an object's strings is reported and left out. The progress shows the number of such
libraries. \`--target manifest\` lists them under \`reported\`, \`--target explain\` at its end, and as the reason why a
path is absent.

These files never ship by a rule, a tree or a string: \`/etc/shadow\` and other password files, host and user keys,
histories, logs, the state of package managers.

| rule | fires on | brings |
| --- | --- | --- |
| compilers | programs with a compiler's command line among their texts | no file: the warning PROGRAM_COMPILES |
| dotnet | hosts of .NET beside their assembly or with a bundle; .NET's libraries, and programs that have them inside | the runtime and what is listed (see [runtimes](guides/runtimes.md#net)); ICU, OpenSSL and Kerberos in the first version that is there |
| erlang | the program \`beam\` | programs that its modules name, beside calls that start one |
| gconv | imports of \`iconv_open\` | its tables, and the usual encodings; every one for the program iconv |
| given-commands | the programs \`find\`, \`awk\`, \`tar\` and \`xargs\`, and options whose value is a command: \`--filter=\`, \`--rsh=\`, \`-c\` | the programs that the arguments name, and those in texts that \`awk -f\` and \`sed -f\` read |
| given-programs | programs that start others, and get the name of a program: \`prlimit --nofile=1024 node server.js\` | that program, with the arguments behind its name |
| go | programs of Go that look up time zones, media types, or services and protocols by name | the zones of the system, \`/etc/mime.types\`, \`/usr/share/mime/globs2\`, \`/etc/services\`, \`/etc/protocols\` |
| joined-paths | programs of Go and Rust that the builder's author made | files and directories of no package that their texts begin with |
| joined-texts | programs of Go, Rust and Haskell that start others | programs of packages that go with their own, where a text has their names |
| libgcc | imports of \`pthread_exit\`, \`pthread_cancel\`, \`backtrace\`, \`_Unwind_*\` | \`libgcc_s.so.1\` |
| nginx | the program \`nginx\` | its configuration, the modules, document roots and keys that it names |
| nss | imports of look-ups of accounts, hosts and services | the modules of the services in \`system.nss\`, \`/etc/host.conf\`, \`/etc/services\` and similar files |
| openssl | \`libcrypto.so\` | its configuration with what it includes, the providers that it turns on |
| openssl-providers | imports of \`OSSL_PROVIDER_load\`, \`OSSL_PROVIDER_try_load\` | the modules of the providers that it names, such as \`legacy.so\` |
| own-plugins | objects of the builder's author that load modules, and name a directory that others share | objects of no package there that use functions of it |
| own-programs | objects of the builder's author that start programs | programs on the PATH by the texts that are their names, and the shell with the texts that it reads; in Go by the calls of the code, in Rust by the texts that it takes |
| pam | imports of \`pam_start\` | the settings of the services that the program opens, their modules, and what those read and run |
| recipes | the programs \`make\` and \`just\` | the file of recipes, what it includes, and what the recipes start |
| sub-commands | a program whose command line names a command of it | the program \`NAME-COMMAND\`: \`git-annex\` for \`git annex\` |
| system-commands | imports of \`system\`, \`popen\`, \`exec*\`, \`posix_spawn\`; not in programs of a runtime | programs that whole command lines in its strings begin with; the shell, where the object is of the program's own source |`;

const tableIntroduction = `### Rules that are data

Most of these programs and libraries also bring what their strings, their configuration and their packages lead to. The
last column says why that is not enough.

| rule | fires on | brings | beyond strings and packages, since |
| --- | --- | --- | --- |`;

/** The rules of the closure: what holds for loaders as prose, what is data as a table. */
export function renderClosureRules(): Promise<string> {
  return Promise.resolve(`${introduction}\n\n${tableIntroduction}\n${dataRules.map(row).join("\n")}\n`);
}

function row(rule: DataRule): string {
  const files = [
    ...(rule.files ?? []),
    ...(rule.trees ?? []).map((path) => `${path}/`),
    ...(rule.objects ?? []),
    ...(rule.programs ?? []),
    ...(rule.lists ?? []).flatMap((list) => list.files.map((path) => `${path} and what it names`)),
  ];
  const shown = files.slice(0, 4).map((path) => code(path));
  const more = files.length > 4 ? ` and ${files.length - 4} more` : "";
  return `| ${rule.name} | ${trigger(rule)} | ${shown.join(", ")}${more} | ${limitsOfPrinciples[rule.beyond]} |`;
}

function trigger({ program, library, imports }: DataRule): string {
  if (program !== undefined) return `the program ${code(plain(program))}`;
  const name = code(plain(library ?? /^/u));
  return imports === undefined ? name : `imports of ${imports.map(code).join(", ")} from ${name}`;
}

/** A pattern of names as people write it. */
function plain(pattern: RegExp): string {
  return pattern.source
    .replaceAll(/^\^|\$$/gu, "")
    .replaceAll(/\((?:\\d\+|\[\w+\])\)|\\d\+|\.\*/gu, "N")
    .replaceAll("\\.", ".")
    .replaceAll("(?:", "(")
    .replaceAll("|", "/");
}

function code(text: string): string {
  const [path = "", ...rest] = text.split(" and what");
  return rest.length === 0 ? `\`${path}\`` : `\`${path}\` and what${rest.join("")}`;
}
