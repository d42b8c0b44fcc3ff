import type { CallSyntax } from "../../languages/call-syntax.ts";

/** How Lua starts programs: `os.execute`, `io.popen`, names of their own for these, and luaposix. */
export const luaCalls: CallSyntax = {
  calls:
    /(?<![\w.:])(?:(?:_G\.)?os\.execute|(?:_G\.)?io\.popen|posix\.execp?)[ \t]*(?:\(\s*|(?=["']))(?:string\.format[ \t]*\(\s*)?|(?<![\w.:])(?:execute|popen)[ \t]*(?:\(\s*)?(?=["'])/gu,
  quoted: /(?!)/gu,
  hole: /%[-+\d.]{0,6}[a-zA-Z]/gu,
  variable: /^\s*([A-Za-z_]\w*)\s*[,)]/u,
  definition: /\bfunction[ \t]+(?:\w+[.:])*([A-Za-z_]\w*)/gu,
  join: /^\s*(?:\.\.(?!\.)|:format[ \t]*\()/u,
  self: { atPlace: /(?!)/u, inText: /(?!)/gu },
  isAlwaysShell: (call) => !call.startsWith("posix."),
};
