/** Where a block of Mason begins that holds code: `<%init>`, `<%class>`, and a method with a name. */
const block = /<%(args|class|cleanup|filter|init|once|perl|shared|attr|flags)(?:[ \t][^>\n]{0,100})?>/gu;
/** A line of code of Mason and Mojolicious, code between signs, and that of Embperl. */
const part =
  /^[ \t]{0,20}%(?![%=\w>])([^\n]{0,2000})$|<%(?![a-z]{2,20}[ \t>])[-=+~]{0,2}([^]{0,1000}?)[-=]?%>|\[[-!+$*]([^]{0,1000}?)[-!+$*]\]/gmu;
const isCode = /[$@%]\w|->|;/u;

/** The code in a page of Mason, Mojolicious or Embperl, as one source; empty where the page has none. */
export function codeInPage(text: string): string {
  const found: string[] = [];
  let rest = "";
  let at = 0;
  // Each end is looked for once at most where there is none.
  const endless = new Set<string>();
  for (const { 0: head, 1: name = "", index } of text.matchAll(block)) {
    const start = index + head.length;
    const end = index < at || endless.has(name) ? -1 : text.indexOf(`</%${name}>`, start);
    if (index >= at && end === -1) endless.add(name);
    if (end === -1) continue;
    found.push(text.slice(start, end));
    rest += text.slice(at, index);
    at = end;
  }
  rest += text.slice(at);
  for (const [, line, between, other] of rest.matchAll(part)) found.push(line ?? between ?? other ?? "");
  return found.filter((code) => isCode.test(code)).join("\n");
}
