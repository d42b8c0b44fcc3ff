import type { CallSyntax } from "../../languages/call-syntax.ts";

/** How PHP starts programs: its functions, backticks, and the process of Symfony. */
export const phpCalls: CallSyntax = {
  calls:
    /(?<![\w>$:\\'"-])\\?(?<!function )(?:exec|passthru|popen|proc_open|shell_exec|system|pcntl_exec)\s*\(\s*|\bnew\s+(?:\\?\w+\\)*ExecutableFinder(?:\s*\(\s*\))?\s*\)?\s*->\s*find\s*\(\s*(?=["'])|\bnew\s+(?:\\?\w+\\)*Process\s*\(\s*(?=\[)|\bProcess::fromShellCommandline\s*\(\s*/gu,
  quoted: /(?<![\w"'\\])`([^`\n]{1,2000}|(?:[^`\n]{0,300}[|\\&;][ \t]{0,20})?\n[^`]{1,2000})`/gu,
  hole: /\{\$[^}]{0,200}\}|\$\{?\w+\}?(?:->\w+|\[[^\]]{0,200}\])*/gu,
  variable: /^\s*(\$\w+)\s*[,)]/u,
  definition: /\bfunction[ \t]+&?([A-Za-z_]\w*)/gu,
  join: /^\s*\.(?!\.)/u,
  self: { atPlace: /^\\?PHP_BINARY(?!\w)/u, inText: /\{\$PHP_BINARY\}/gu },
  isAlwaysShell: true,
};

/** The same in an application, which also gives the process of Symfony a list by its name, and commands to Laravel's. */
export const phpAppCalls: CallSyntax = {
  ...phpCalls,
  calls: new RegExp(
    `${phpCalls.calls.source}|${String.raw`\bnew\s+(?:\\?\w+\\)*Process\s*\(\s*(?=\$\w+\s*[,)])|\bProcess::(?:run|start)\s*\(\s*(?=["'[])`}`,
    "gu",
  ),
};
