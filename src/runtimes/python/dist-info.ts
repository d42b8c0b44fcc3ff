import { markerHolds } from "./marker.ts";

export interface EntryPoint {
  readonly group: string;
  readonly name: string;
  /** The module of `module:attribute [extra]`. */
  readonly module: string;
}

export interface DistributionHeader {
  readonly name: string | undefined;
  /** Names of requirements that hold for this interpreter without any extra. */
  readonly requires: readonly string[];
  /** Names of all requirements, those of extras and of other systems too. */
  readonly mayRequire: readonly string[];
  /** Import-Name (PEP 794); undefined when not stated. */
  readonly importNames: readonly string[] | undefined;
}

/** Reads the header of METADATA or PKG-INFO (PyPA: Core metadata). */
export function parseMetadata(text: string, pythonVersion: string): DistributionHeader {
  const end = /\r?\n\r?\n/u.exec(text)?.index ?? text.length;
  let name: string | undefined;
  const requires: string[] = [];
  const mayRequire: string[] = [];
  const importNames: string[] = [];
  for (const line of text.slice(0, end).split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const value = line.slice(colon + 1).trim();
    const field = line.slice(0, colon).toLowerCase();
    if (field === "name") name ??= value;
    else if (field === "import-name" && value !== "") importNames.push(value.split(";")[0]?.trim() ?? value);
    else if (field === "requires-dist") {
      mayRequire.push(nameIn(value) ?? value);
      const required = requirementName(value, pythonVersion);
      if (required !== undefined) requires.push(required);
    }
  }
  return { name, requires, mayRequire, importNames: importNames.length === 0 ? undefined : importNames };
}

/** The name in a requirement (PEP 508), or undefined when its marker does not hold. */
function requirementName(requirement: string, pythonVersion: string): string | undefined {
  const semicolon = requirement.indexOf(";");
  if (semicolon >= 0 && !markerHolds(requirement.slice(semicolon + 1), pythonVersion)) return undefined;
  return nameIn(requirement);
}

function nameIn(requirement: string): string | undefined {
  return /^[\w.-]*\w/u.exec(requirement)?.[0];
}

/** setuptools' requires.txt: its unconditional part, and all of it. */
export function parseRequiresFile(text: string): Pick<DistributionHeader, "requires" | "mayRequire"> {
  const namesIn = (part: string): readonly string[] => part.split("\n").flatMap((line) => nameIn(line.trim()) ?? []);
  return { requires: namesIn(text.split(/^\[/mu)[0] ?? ""), mayRequire: namesIn(text) };
}

/** Paths of RECORD, a CSV file of path, hash and size. */
export function parseRecord(text: string): readonly string[] {
  const paths: string[] = [];
  for (const line of text.split(/\r?\n/u)) {
    const quoted = /^"((?:[^"]|"")*)"/u.exec(line)?.[1];
    const path = quoted?.replaceAll('""', '"') ?? line.split(",")[0] ?? "";
    if (path !== "") paths.push(path);
  }
  return paths;
}

export function parseEntryPoints(text: string): readonly EntryPoint[] {
  const points: EntryPoint[] = [];
  let group = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line.startsWith("[") && line.endsWith("]")) group = line.slice(1, -1).trim();
    const equals = line.indexOf("=");
    if (equals < 0 || group === "" || /^[#;[]/u.test(line)) continue;
    const module = /^[\w.]+/u.exec(line.slice(equals + 1).trim())?.[0] ?? "";
    points.push({ group, name: line.slice(0, equals).trim(), module });
  }
  return points;
}
