import type { CallSyntax } from "../../languages/call-syntax.ts";

/**
 * How Perl starts programs: `system`, `exec`, pipes of `open`, IPC::Run, IPC::Run3, IPC::Cmd, IPC::Open3, backticks,
 * functions such as `run_cmd` of AnyEvent, and what looks for one: `which`.
 */
export const perlCalls: CallSyntax = {
  // Each way begins with a word or a bracket: what looks behind is asked there alone.
  calls:
    /(?<!\w)(?=[A-Za-z_[])(?:(?<![\w>$@%&:'"-])(?<!sub )(?:CORE::)?(?:system|exec|(?!(?:get|set|is|has|encode|decode)_)\w{1,30}_(?:exec|qx|system))(?:x)?(?:[ \t]*\([ \t]*|[ \t]+(?!(?:and|are|as|at|by|can|for|has|in|is|of|on|or|that|to|was|which|will|with)\b)(?=["'$@\w]))|(?<![\w>$@%&:{'"-])(?:CORE::)?(?:system|exec)[ \t]*\{[ \t]*(?=["'$])|(?<![\w>$@%&:-])readpipe[ \t(]+(?=["'$])|\bIPC::(?:Run|Run3|System::Simple)::(?:run3?|capture|system)x?[ \t(]+(?=[["'$\\])|\bopen[ \t(]+(?:my[ \t]+)?[$\w]+[ \t]*,[ \t]*["'](?:-\||\|-)(?::[\w()-]+)?["'][ \t]*,[ \t]*|\bopen(?:2(?:[ \t]*\(\s{0,40}|[ \t]+)(?:(?:my[ \t]+)?[\\$\w*:{}.&<>'"]{1,80}(?:[ \t]*=[ \t]*[\w:]{1,40}(?:\(\))?)?\s{0,20},\s{0,40}){2}|3(?:[ \t]*\(\s{0,40}|[ \t]+)(?:(?:my[ \t]+)?[\\$\w*:{}.&<>'"]{1,80}(?:[ \t]*=[ \t]*[\w:]{1,40}(?:\(\))?)?\s{0,20},\s{0,40}){3})|(?<![\w>$@%&:{'"-])(?:run3?|capturex?|start|harness)[ \t(]+(?=\[|\\@)|(?<![\w>$@%&:{'"-])(?:run3[ \t(]+(?=["'$])|(?:runx?|capturex?)[ \t(]+(?=["'])|(?:can_run|(?:\w{1,30}_)?which)[ \t(]+(?=["'])|run[ \t(]+command[ \t]*=>[ \t]*)|(?<=\bIPC::Cmd::)run[ \t(]+command[ \t]*=>[ \t]*|(?<=["']\|["'][ \t]{0,20},\s{0,20})(?=\[)|(?<=->)(?:reader|writer)[ \t]*\([ \t]*(?=["']|qw\b)|\b(?:\w{1,30}::){0,4}(?:Proc|Process|Subprocess|Command|Spawn)(?:::\w{1,30})?->(?:new|run|start|spawn)[ \t]*\([ \t]*(?=["'[])|(?<![\w$@%&'"-])(?<!sub )(?:fork|launch|run|spawn|start)_(?:child|cmd|command|process|program)[ \t(]+(?=["'[])|(?<![\w$@%&])find(?:_?(?:bin|exe|program|command)|Bin|Exe|Program|Command)(?:ary|cutable)?[ \t(]+(?=["']))/gu,
  quoted:
    /(?:(?<![\w"'\\=~/$])|(?<=[$@]\w{1,60}=))`([^`\n]+|(?:[^`\n]{0,300}[|\\&;][ \t]{0,20})?\n[^`]{1,2000})`|(?<=(?:[\w)}\]][ \t]{0,9}(?:\|\||\?\?|\/\/|\.)?=|\b(?:return|print|say))[ \t]{0,9})`([^`]{1,20000})`(?=[ \t]*(?:[;,).\n]|$))|\bqx[ \t]*(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*){0,1000})\}|\(([^()]*(?:\([^()]*\)[^()]*){0,1000})\)|\[([^[\]]+)\]|\/([^/\n]+)\/|"([^"\n]{1,2000})")|\bopen[ \t(]+(?:my[ \t]+)?[$\w]+[ \t]*,[ \t]*(?:"([^"\n-][^"\n]{0,500})\|\s*"|'([^'\n-][^'\n]{0,500})\|\s*'|"\s*\|([^"\n]{1,500})"|'\s*\|([^'\n]{1,500})'|qq?[ \t]*(?:\{([^}\n-][^}\n]{0,500})\|\s*\}|\(([^)\n-][^)\n]{0,500})\|\s*\)))/gu,
  hole: /[$@]\{[^}]{0,200}\}|[$@]\w+(?:->)?(?:[[{][^\]}]{0,200}[\]}])*/gu,
  variable: /^\s*(?:\(\s*)?\\?([$@]\w+)\s*(?:[,);\n]|$)/u,
  text: /"([^"\\]*(?:\\[^][^"\\]*){0,100000})"|'([^'\\]*(?:\\[^][^'\\]*){0,100000})'|qq?\s*(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*){0,1000})\}|\(([^()]*(?:\([^()]*\)[^()]*){0,1000})\)|\[([^[\]]*)\])/uy,
  list: /qw\s*(?:\[([^[\]]*)\]|\(([^()]*)\)|\{([^{}]*)\}|<([^<>]*)>|\/([^/]*)\/|\|([^|]*)\|)/uy,
  definition: /\bsub[ \t]+([A-Za-z_]\w*)/gu,
  join: /^\s*\.(?!\.)/u,
  self: { atPlace: /^\$\^X(?!\w)/u, inText: /\$\^X(?!\w)/gu },
  isAlwaysShell: false,
};
