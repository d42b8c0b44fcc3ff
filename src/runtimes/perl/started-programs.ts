import type { CallSyntax } from "../../languages/started-commands.ts";

/** How Perl starts programs: `system`, `exec`, pipes of `open`, IPC::Run, IPC::Open3 and backticks. */
export const perlCalls: CallSyntax = {
  calls:
    /(?<![\w>$@%&:{'"-])(?<!sub )(?:CORE::)?(?:system|exec)(?:x)?(?:[ \t]*\([ \t]*|[ \t]+(?=["'$@\w]))|\bopen[ \t(]+(?:my[ \t]+)?[$\w]+[ \t]*,[ \t]*["'](?:-\||\|-)(?::[\w()-]+)?["'][ \t]*,[ \t]*|\bopen[23][ \t(]+(?:(?:my[ \t]+)?[$\w*:{}.&<>'"]+[ \t]*,[ \t]*){2,3}|(?<![\w>$@%&:{'"-])(?:run|capturex?|start|harness)[ \t(]+(?=\[)/gu,
  quoted:
    /(?<![\w"'\\=~/$])`([^`\n]{1,2000})`|\bqx[ \t]*(?:\{([^}]{1,2000})\}|\(([^)]{1,2000})\)|\[([^\]]{1,2000})\]|\/([^/\n]{1,2000})\/|"([^"\n]{1,2000})")|\bopen[ \t(]+(?:my[ \t]+)?[$\w]+[ \t]*,[ \t]*(?:"([^"\n-][^"\n]{0,500})\|\s*"|'([^'\n-][^'\n]{0,500})\|\s*'|"\s*\|([^"\n]{1,500})"|'\s*\|([^'\n]{1,500})')/gu,
  hole: /[$@]\{[^}]*\}|[$@]\w+(?:->)?(?:[[{][^\]}]*[\]}])*/gu,
  variable: /^\s*(?:\(\s*)?([$@]\w+)\s*(?:[,);\n]|$)/u,
  join: /^\s*\.(?!\.)/u,
  self: { atPlace: /^\$\^X(?!\w)/u, inText: /\$\^X(?!\w)/gu },
  isAlwaysShell: false,
};
