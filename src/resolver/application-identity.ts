import type { RequestTree } from "../closure/model/request.ts";
import { isRecord, parseRecord } from "../formats/json/json-object.ts";
import { parseToml, tableAt } from "../formats/toml/toml.ts";
import type { ApplicationIdentity } from "../inspect/manifest/manifest.ts";
import { type AbsPath, type RootFs, rootPath, toAbsPath } from "../rootfs/rootfs.ts";

const limitBytes = 2 ** 20;

/** Files in which an application states its own name, by what they are read as. */
const statements: readonly (readonly [name: string, read: (text: string) => ApplicationIdentity | undefined])[] = [
  ["package.json", fromJson],
  ["pyproject.toml", fromToml],
  ["Cargo.toml", fromToml],
  ["composer.json", fromJson],
];

/** What the application calls itself, in the file that its ecosystem has for that; undefined where none says. */
export async function readApplicationIdentity(
  trees: readonly Pick<RequestTree, "kind">[],
  roots: readonly RootFs[],
): Promise<ApplicationIdentity | undefined> {
  const root = roots[trees.findIndex(({ kind }) => kind === "app")];
  if (root === undefined) return undefined;
  for (const [name, read] of statements) {
    const found = read(await readText(root, toAbsPath(name, rootPath)));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readText(root: RootFs, path: AbsPath): Promise<string> {
  const bytes = await root.readFile(path, { offset: 0, length: limitBytes });
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}

function fromJson(text: string): ApplicationIdentity | undefined {
  const json = parseRecord(text);
  const { author, license } = json ?? {};
  const supplier = typeof author === "string" ? author : isRecord(author) ? author["name"] : undefined;
  return identityOf({ ...json, supplier, license });
}

/** The tables in which Python's and Rust's tools have the project, `[project]` first. */
const tables = [["project"], ["tool", "poetry"], ["package"]];

function fromToml(text: string): ApplicationIdentity | undefined {
  const toml = parseToml(text);
  for (const keys of tables) {
    const { name, version, license } = tableAt(toml, ...keys) ?? {};
    const found = identityOf({ name, version, license });
    if (found !== undefined) return found;
  }
  return undefined;
}

function identityOf(stated: Readonly<Record<string, unknown>>): ApplicationIdentity | undefined {
  const text = (key: string): string | undefined => {
    const value = stated[key];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const [name, version, license, supplier] = [text("name"), text("version"), text("license"), text("supplier")];
  if (name === undefined) return undefined;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(license === undefined ? {} : { license }),
    ...(supplier === undefined ? {} : { supplier }),
  };
}
