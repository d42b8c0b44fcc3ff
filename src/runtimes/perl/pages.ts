/** Blocks of Mason that hold code: `<%init>`, `<%class>`, and a method with a name. */
const block =
  /<%(args|class|cleanup|filter|init|once|perl|shared|attr|flags)(?:[ \t][^>\n]{0,100})?>([^]{0,100000}?)<\/%\1>/gu;
/** A line of code of Mason and Mojolicious, code between signs, and that of Embperl. */
const part =
  /^[ \t]{0,20}%(?![%=\w>])([^\n]{0,2000})$|<%(?![a-z]{2,20}[ \t>])[-=+~]{0,2}([^]{0,20000}?)[-=]?%>|\[[-!+$*]([^]{0,20000}?)[-!+$*]\]/gmu;
const isCode = /[$@%]\w|->|;/u;

/** The code in a page of Mason, Mojolicious or Embperl, as one source; empty where the page has none. */
export function codeInPage(text: string): string {
  const blocks = Array.from(text.matchAll(block), ([, , code = ""]) => code);
  const parts = Array.from(
    text.replaceAll(block, "").matchAll(part),
    ([, line, between, other]) => line ?? between ?? other ?? "",
  );
  return [...blocks, ...parts].filter((code) => isCode.test(code)).join("\n");
}
