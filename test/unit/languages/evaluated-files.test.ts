import { expect, test } from "vitest";
import { type EvaluationSyntax, evaluatedFiles } from "../../../src/languages/evaluated-files.ts";
import { nodeEvaluation } from "../../../src/languages/javascript/module-runtime.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { node } from "../../../src/runtimes/node/node.ts";
import { perlEvaluation } from "../../../src/runtimes/perl/application-sources.ts";
import { perl } from "../../../src/runtimes/perl/perl.ts";
import { php } from "../../../src/runtimes/php/php.ts";
import { phpEvaluation } from "../../../src/runtimes/php/source-scan.ts";
import { pythonEvaluation } from "../../../src/runtimes/python/made-code.ts";
import { python } from "../../../src/runtimes/python/python.ts";
import { rubyEvaluation } from "../../../src/runtimes/ruby/loader-methods.ts";
import { ruby } from "../../../src/runtimes/ruby/ruby.ts";
import { shell } from "../../../src/runtimes/shell/shell.ts";
import { closureOf } from "../../support/closure.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const root = fixtureRoot(`
//- /app/Jobfile
//- /app/conf.d/one.conf
//- /app/conf.d/two.conf
//- /app/conf.d/data.json
//- /app/README.md
//- /app/table.db
# id, text
${'"1","system x"\n'.repeat(12)}`);
const asking = {
  proc: { root, workdir: toAbsPath("/app"), appRoot: toAbsPath("/app") },
  files: processFiles(root),
};

const sources: readonly (readonly [EvaluationSyntax, string, readonly string[]])[] = [
  [pythonEvaluation, 'exec(open("conf.d/one.conf").read())', ["/app/conf.d/one.conf"]],
  [
    pythonEvaluation,
    'exec(compile((HERE / "conf.d" / "one.conf").read_text(), "x", "exec"))',
    ["/app/conf.d/one.conf"],
  ],
  [pythonEvaluation, 're.compile("Jobfile"); text = open("Jobfile").read()', []],
  [rubyEvaluation, "instance_eval(File.read('Jobfile'), 'Jobfile')", ["/app/Jobfile"]],
  [rubyEvaluation, "load 'Jobfile'", ["/app/Jobfile"]],
  [
    rubyEvaluation,
    "Dir['conf.d/*.conf'].each { |f| eval File.read(f) }",
    ["/app/conf.d/one.conf", "/app/conf.d/two.conf"],
  ],
  [perlEvaluation, "my $c = do './conf.d/one.conf';", ["/app/conf.d/one.conf"]],
  [perlEvaluation, "open my $f, '<', 'Jobfile'; eval join '', <$f>;", ["/app/Jobfile"]],
  [perlEvaluation, "open my $f, '<', 'Jobfile'; eval { run() };", []],
  [perlEvaluation, "open my $f, '<', 'table.db'; eval $code; do 'Jobfile';", ["/app/Jobfile"]],
  [phpEvaluation, "eval(file_get_contents(__DIR__ . '/Jobfile'));", ["/app/Jobfile"]],
  [nodeEvaluation, "new vm.Script(fs.readFileSync('Jobfile', 'utf8'))", ["/app/Jobfile"]],
  [nodeEvaluation, "eval(fs.readFileSync('conf.d/data.json') + 'README.md')", []],
];

test.each(sources)("finds the files that a source runs as code: %#", async (syntax, code, files) => {
  expect(await evaluatedFiles(code, syntax, asking)).toEqual(files);
});

const systems = {
  python: `//- /usr/bin/python3 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py`,
  node: "//- /usr/bin/node 0755 elf=x86_64",
  php: `//- /usr/bin/php 0755 elf=x86_64
/usr/lib/php/20240924
.:/usr/share/php`,
  perl: `//- /usr/bin/perl 0755 elf=x86_64
/usr/share/perl/5.40
/etc/perl
/usr/lib/x86_64-linux-gnu/perl-base
/usr/share/perl5
/usr/bin/perl5.40.1

//- /usr/share/perl/5.40/strict.pm
//- /usr/lib/x86_64-linux-gnu/perl-base/strict.pm`,
  ruby: `//- /usr/bin/ruby 0755 elf=x86_64
/usr/lib/ruby/3.3.0
//- /usr/lib/ruby/3.3.0/rubygems.rb
//- /usr/lib/ruby/3.3.0/rbconfig.rb`,
};

test.each([
  ["python3", python, systems.python, "a.py", 'exec(open("Jobfile").read())', 'import os\nos.system("tool -a x")'],
  [
    "node",
    node,
    systems.node,
    "a.js",
    'eval(require("fs").readFileSync("Jobfile", "utf8"))',
    'require("child_process").exec("tool -a x")',
  ],
  ["php", php, systems.php, "a.php", '<?php eval(file_get_contents("Jobfile"));', 'system("tool -a x");'],
  ["perl", perl, systems.perl, "a.pl", "do './Jobfile';", "system('tool -a x');"],
  ["ruby", ruby, systems.ruby, "a.rb", "instance_eval(File.read('Jobfile'))", "system('tool -a x')"],
] as const)("starts what such a file starts: %s", async (name, runtime, system, main, source, code) => {
  const { entries } = await closureOf({
    root: `
${system}
//- /usr/bin/tool 0755 elf=x86_64
//- /bin/sh 0755 elf=x86_64
//- /app/${main}
${source}
//- /app/Jobfile
${code}
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: `/usr/bin/${name}` }],
    process: {
      cmd: [main],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      prune: "safe",
      stdlib: "safe",
      env: { PATH: "/usr/bin:/bin" },
    },
    plugins: { runtimes: [runtime, shell] },
  });
  expect(entries.map(({ path }) => path)).toContain("/usr/bin/tool");
});
