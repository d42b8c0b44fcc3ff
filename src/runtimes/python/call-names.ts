const moduleAlias = /\bimport[ \t]+subprocess[ \t]+as[ \t]+([A-Za-z_]\w*)/gu;
/** `run = subprocess.run`, `_run = functools.partial(subprocess.run, check=True)`, at the start of a line. */
const assigned =
  /^[ \t]{0,40}([A-Za-z_]\w{0,60})[ \t]{0,9}=[ \t]{0,9}(?:staticmethod\([ \t]{0,9}|(?:functools\.)?partial\([ \t]{0,9})?((?:subprocess\.(?:run|call|Popen|check_call|check_output|getoutput)|os\.(?:system|popen)))(?=[ \t]{0,9}(?:$|[,)#]))/gmu;
const imported = /\bfrom[ \t]+(subprocess|os)[ \t]+import[ \t]+(?:\(([^)]{1,400})\)|([^\n#(]{1,400}))/gu;
/** Functions with names that others have too; those with names of their own are known by them. */
const commonNames: ReadonlySet<string> = new Set([
  "call",
  "execl",
  "execlp",
  "execv",
  "execve",
  "execvp",
  "execvpe",
  "popen",
  "run",
  "system",
]);

/**
 * A source, with its own names for functions that start programs as their module has them: `sp.run(...)` behind
 * `import subprocess as sp`, and `run(...)` behind `from subprocess import run`. Its lines stay where they are, and
 * lines that are comments, and lists of exported names, are empty.
 */
export function callsByFullName(source: string): string {
  let code = source
    .replaceAll(/^[ \t]{0,200}#.*$/gmu, "")
    .replaceAll(/\b__all__[ \t]{0,9}\+?=[ \t]{0,9}\[[^\]]{0,20000}\]/gu, (list) => list.replaceAll(/[^\n]/gu, ""));
  if (!code.includes("subprocess") && !/\bfrom[ \t]+os[ \t]+import\b/u.test(code)) return code;
  for (const [, alias = ""] of code.matchAll(moduleAlias)) {
    code = code.replaceAll(new RegExp(`(?<![\\w.])${alias}(?=\\.[A-Za-z_])`, "gu"), "subprocess");
  }
  for (const [name, full] of importedNames(code)) {
    code = code.replaceAll(new RegExp(`(?<![\\w.]|\\bdef )${name}(?=[ \\t]*\\()`, "gu"), full);
  }
  for (const [, own = "", full = ""] of code.matchAll(assigned)) {
    code = code.replaceAll(new RegExp(`(?<!\\w|\\bdef |(?<!\\b(?:self|cls))\\.)${own}(?=[ \\t]*\\()`, "gu"), full);
  }
  return code;
}

function importedNames(code: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [, module = "", listed, plain = ""] of code.matchAll(imported)) {
    for (const part of (listed ?? plain).split(",")) {
      const [, name = "", own = name] = /^\s*([A-Za-z_]\w*)(?:\s+as\s+([A-Za-z_]\w*))?/u.exec(part) ?? [];
      if (name !== own || commonNames.has(name)) names.set(own, `${module}.${name}`);
    }
  }
  names.delete("");
  return names;
}
