/** Statements at the top of a module that run nothing of it by themselves. */
const quiet =
  /^(?:(?:from|import|def|async def|class|pass\b|@|[)\]}])|if\s+(?:typing\.)?TYPE_CHECKING\b|["']|[\w.,\s[\]"']+(?::[^=]+)?=(?!=))/u;
const declaring = /^(?:def|async def|class)\b|^\w[\w.]*\s*(?::[^=]+)?=(?!=)/u;

/**
 * True for a module that only declares, so that it ends at once where it is started. A module of imports alone may run
 * what it imports.
 */
export function onlyDeclares(text: string): boolean {
  const lines = text
    .replaceAll(/"""[^]*?"""|'''[^]*?'''/gu, '""')
    .split("\n")
    .filter((line) => /^[^\s#]/u.test(line));
  return lines.some((line) => declaring.test(line)) && lines.every((line) => quiet.test(line));
}
