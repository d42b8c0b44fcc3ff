import { expect, test } from "vitest";
import { commandsInCalls } from "../../../../src/formats/text/called-commands.ts";

function told(text: string): readonly string[] {
  return commandsInCalls(text).flatMap(({ script }) => script ?? []);
}

test("texts in calls of other languages that start programs are commands", () => {
  expect(told(`local p = io.popen("expr 6 \\\\* 7"); os.execute('sync')`)).toEqual(["expr 6 \\* 7", "sync"]);
  expect(told('os:cmd("date -u"), (system "uname"), shell("wc -l x")')).toEqual(["date -u", "uname", "wc -l x"]);
  expect(told('(with-input-from-pipe "echo x | tr x y" read-line)')).toEqual(["echo x | tr x y"]);
  expect(told("run 'sort', :in; my $d = qx{date -u}; Proc::Async.new('wc', '-l')")).toEqual(["sort", "wc", "date -u"]);
  expect(told('(shell-command-on-region (point-min) 9 "tr a b" t) (call-process "sort" nil t)')).toEqual([
    "tr a b",
    "sort",
  ]);
  expect(commandsInCalls('(sh "echo" "x")\nrunCommand("uname", "-r")')).toEqual([
    { words: ["echo"], script: "echo" },
    { words: ["echo"] },
    { words: ["uname"], script: "uname" },
    { words: ["uname"] },
  ]);
  expect(told('println("uname -r".!!.trim); val code = "sync x".!\n"no" != "never"')).toEqual(["uname -r", "sync x"]);
  expect(told("system.time(x); text = \"system\"; run('never')")).toEqual([]);
});

test("words of Tcl without quotes are some", () => {
  const calls = "spawn bc -q\nset day [exec -ignorestderr date -u]\nset exec 1; puts {spawned later}\n";
  expect(told(calls)).toEqual(["bc -q", "date -u"]);
});

test("finds what macros and interpreters hand to the shell", () => {
  const texts = "m4_esyscmd(`tr a b < names') syscmd(`date -u')\n\\! id -u\n.shell jq -r .a\n:!wc -l\nvalue !date -u\n";
  expect(told(texts)).toEqual(["tr a b < names", "date -u", "id -u", "jq -r .a", "wc -l"]);
});

const languages: Readonly<Record<string, readonly string[]>> = {
  Groovy: ['"tool -u".execute()', "['tool', 'x'].execute().waitFor()", "new ProcessBuilder('tool', 'a').start()"],
  Clojure: ['(shell/sh "tool" "-r")', '(.exec (Runtime/getRuntime) "tool")', '(p/process ["tool"])'],
  Elixir: ['System.cmd("tool", ["-r"])', 'Port.open({:spawn, "tool a b"}, [])', ':os.cmd(~c"tool x")'],
  Erlang: ['open_port({spawn, "tool a b"}, [])', 'open_port({spawn_executable, os:find_executable("tool")}, [])'],
  Scala: ['Process(Seq("tool", "-c")).!!', '("cat x" #| "tool a b").!', '"tool x".lineStream'],
  Tcl: ['open "|tool a b" r', "open |[list tool -c] r", "exec {*}[auto_execok tool]"],
  Scheme: ['(open-pipe* OPEN_READ "tool" "x")', '(subprocess #f #f #f (find-executable-path "tool") "-l")'],
  Lisp: ['(uiop:run-program \'("tool" "a"))', '(ext:run-program "tool" nil)'],
  OCaml: ['Unix.open_process_in "tool a b"', 'Unix.create_process "tool" [|"tool"|]', 'Unix.execvp "tool"'],
  Haskell: ['readProcessWithExitCode "tool" [] ""', 'createProcess (proc "tool" [])', 'rawSystem "tool"'],
  Julia: ["run(`tool -r`)", "read(`tool a`, String)"],
  Prolog: ["process_create(path(tool), ['a'])", "open(pipe('tool x'), read, S)"],
  awk: ['"tool" | getline x', 'print x | "tool -r"', 'cmd = "tool -c"; cmd | getline'],
  gnuplot: ['plot "< tool a b x" with lines', "x = `tool x`", 'set print "| tool"'],
  Vim: ["let x = systemlist('tool')", "silent !tool x", "call job_start(['tool'])"],
  SQL: ["\\copy x from program 'tool x'", "COPY t FROM PROGRAM 'tool a b'", "\\o | tool"],
  Octave: ['[s, o] = unix("tool a")', 'popen("tool", "r")'],
  Pike: ['Process.run(({"tool", "-r"}))', 'Process.popen("tool")'],
  Raku: ["run <tool -r>, :out", "qqx/tool $x/", "Proc::Async.new('tool')"],
  Nim: ['execProcess("tool")', 'gorge("tool")'],
};

test.each(Object.entries(languages))("what %s has the system run", (_language, lines) => {
  const lost = lines.filter(
    (line) => !commandsInCalls(line).some(({ words, script }) => `${words[0]} ${script}`.includes("tool")),
  );
  expect(lost).toEqual([]);
});

test("a line may have any number of texts", () => {
  const options = Array.from({ length: 40 }, (_, index) => `"x${index}"`).join(", ");
  expect(told(`System.cmd(${options}, "tool -r")`)).toContain("tool -r");
});

test("what a source prints, asks or calls otherwise is no command", () => {
  const lines = ['System.out.println("tool")', 'print("tool")', "order_by('tool')", "f(x) = `Tool`", 'x = "a | tool"'];
  const named = ["SELECT `sort`, `date` FROM `users`", "select(x, `date of birth`)", "SELECT a || 'sort' || b, 'date'"];
  const pages = ['page("<link rel=stylesheet>")', "'<time datetime=x>'", '"< 3 | sort"'];
  expect([...lines, ...named, ...pages].flatMap((line) => commandsInCalls(line))).toEqual([]);
});
