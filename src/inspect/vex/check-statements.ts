import { resolveLinks } from "../../rootfs/links.ts";
import { type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { type ForeignCode, type ForeignFile, foreignCode, type SoughtPackage } from "./foreign-code.ts";
import { isLinked, type LinkedCode, linkedCode } from "./linked-code.ts";
import type { ReadStatement } from "./read-statements.ts";

/** An image to look at again, whoever made it. */
export interface LookedAtImage {
  readonly root: RootFs;
  readonly packages: readonly { readonly database: string; readonly name: string; readonly purl: string }[];
  /** Regular files that no package of a distribution has. */
  readonly foreignFiles: readonly ForeignFile[];
  /** All regular files. */
  readonly files: readonly ForeignFile[];
}

export interface CheckedStatement {
  readonly statement: ReadStatement;
  /** `unchecked`: it does not say what it stands on. */
  readonly outcome: "holds" | "broken" | "unchecked";
  /** Empty for one that holds. */
  readonly problems: readonly string[];
}

/**
 * Looks in an image for what statements say is not there: their packages, the files that they stand on, and the same
 * code in files of no package of a distribution.
 */
export async function checkStatements(
  statements: readonly ReadStatement[],
  image: LookedAtImage,
): Promise<readonly CheckedStatement[]> {
  const sought = new Map(statements.map((one) => [one, soughtBy(one)]));
  const foreign = foreignCode(
    {
      files: image.foreignFiles,
      packages: image.packages,
      read: async ({ path }) => (await image.root.readFile(path)) ?? new Uint8Array(),
    },
    { packages: [...sought.values()].flat(), roots: [] },
  );
  const code = linkedCode(image.files, async ({ path }) => (await image.root.readFile(path)) ?? new Uint8Array());
  const present = new Map(image.packages.map(({ purl, name }) => [nameIn(purl), name]));
  const isThere = presenceIn(image.root);
  const checked: CheckedStatement[] = [];
  for (const [statement, packages] of sought) {
    if (statement.evidence === undefined) {
      checked.push({ statement, outcome: "unchecked", problems: ["it does not say what it stands on"] });
      continue;
    }
    const problems = [
      ...packagesThere(statement, present),
      ...(await filesThere(statement.evidence.files, isThere)),
      ...(await functionsThere(statement.evidence, code)),
      ...(await copiesOf(packages, foreign)),
    ];
    checked.push({ statement, outcome: problems.length === 0 ? "holds" : "broken", problems });
  }
  return checked;
}

/** The packages of a statement, as their code is looked for elsewhere. */
function soughtBy({ purls, evidence }: ReadStatement): readonly SoughtPackage[] {
  if (evidence === undefined) return [];
  const { database, source, files } = evidence;
  return purls.map((purl) => ({
    database,
    name: nameIn(purl).replace(/^.*\//u, ""),
    source: { name: source, version: "" },
    files,
  }));
}

function packagesThere(
  { justification, purls }: ReadStatement,
  present: ReadonlyMap<string, string>,
): readonly string[] {
  if (justification !== "component_not_present") return [];
  return purls.flatMap((purl) => {
    const name = present.get(nameIn(purl));
    return name === undefined ? [] : [`the image has the package ${name}`];
  });
}

async function functionsThere(
  { database, source, functions, programs = [] }: NonNullable<ReadStatement["evidence"]>,
  code: LinkedCode,
): Promise<readonly string[]> {
  if (functions === undefined) return [];
  if (database !== "golang") {
    const naming = await code.filesNaming(functions, new Set(programs));
    return naming.slice(0, 1).map((path) => `${path} names one of its functions, or may`);
  }
  const built = (await code.goPrograms()).filter(({ modules }) => modules.has(source));
  return built.flatMap(({ path, symbols }) => {
    if (symbols === undefined) return [`the functions of ${path} cannot be read`];
    const linked = functions.find((name) => isLinked(symbols, name));
    if (linked !== undefined) return [`${path} has ${linked}`];
    return programs.includes(path) ? [] : [`${path} has ${source} too, and was not looked at`];
  });
}

type IsThere = (file: string) => Promise<boolean>;

async function filesThere(files: readonly string[], isThere: IsThere): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) if (await isThere(file)) found.push(`the image has ${file}`);
  return found;
}

/** Statements share files: each is looked for once. */
function presenceIn(root: RootFs): IsThere {
  const known = new Map<string, Promise<boolean>>();
  return async (file) => {
    const answer = known.get(file) ?? resolveLinks(root, toAbsPath(file)).then((found) => found !== undefined);
    known.set(file, answer);
    return answer;
  };
}

async function copiesOf(packages: readonly SoughtPackage[], foreign: ForeignCode): Promise<readonly string[]> {
  for (const one of packages) {
    if (!(await foreign.mayHave(one, one.files))) continue;
    return [`a file of no package of the distribution may have code of ${one.source.name}`];
  }
  return [];
}

/** Type, namespace and name of an address: `deb/debian/libc6`. */
function nameIn(purl: string): string {
  return decodeURIComponent(
    purl
      .replace(/^pkg:/u, "")
      .replace(/[?#].*$/u, "")
      .replace(/@[^@/]*$/u, ""),
  );
}
