/**
 * The texts and lists of texts of one table of a TOML file: enough for the lists of packages that projects have. What
 * it does not know is left out.
 */
export function readTable(text: string, name: string): ReadonlyMap<string, string | readonly string[]> {
  const found = new Map<string, string | readonly string[]>();
  const lines = text.split("\n");
  let isInside = name === "";
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const header = /^\s*\[{1,2}(?<table>[^\][]*)\]{1,2}\s*(?:#.*)?$/u.exec(line)?.groups?.["table"];
    if (header !== undefined) {
      isInside = header.trim() === name;
      continue;
    }
    const pair = isInside ? /^\s*["']?(?<key>[\w.-]+)["']?\s*=\s*(?<value>.*)$/u.exec(line)?.groups : undefined;
    if (pair === undefined) continue;
    let value = pair["value"] ?? "";
    // A list ends with the bracket that no text holds.
    while (value.startsWith("[") && !closes(value) && at + 1 < lines.length) value += `\n${lines[((at += 1))] ?? ""}`;
    found.set(pair["key"] ?? "", value.startsWith("[") ? textsOf(value) : (textsOf(value)[0] ?? value.trim()));
  }
  return found;
}

/** Names of the tables that a file has. */
export function tableNames(text: string): readonly string[] {
  const headers = [...text.matchAll(/^[ \t]*\[{1,2}(?<table>[^\][\n]*)\]{1,2}/gmu)];
  return headers.map(({ groups }) => groups?.["table"]?.trim() ?? "");
}

function closes(value: string): boolean {
  return value.replaceAll(/"[^"\n]*"|'[^'\n]*'|#[^\n]*/gu, "").includes("]");
}

function textsOf(value: string): readonly string[] {
  return [...value.matchAll(/#[^\n]*|"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'/gu)].flatMap(({ groups }) => {
    const text = groups?.["double"] ?? groups?.["single"];
    return text === undefined ? [] : [text];
  });
}
