import type { AbsPath, FileStat } from "../../../rootfs/rootfs.ts";
import { findTexts, indexTexts } from "../find-texts.ts";
import { findForms, secretForms } from "./contents.ts";
import { findNamed, nameOf } from "./names.ts";

/** A file that is looked into. */
export interface ScannedFile {
  readonly path: AbsPath;
  readonly stat: FileStat;
}

/** A file with a secret. Never holds the secret itself. */
export interface SecretFile {
  readonly path: AbsPath;
  /** `line 3 holds a GitHub token`, `it is a file of environment variables (line 1)`. */
  readonly what: string;
}

/** Larger files are no configuration. */
const scanLimitBytes = 2 ** 20;

/** Directories of installed packages: what is in them has been published. */
const packageDirectory = /\/(?:node_modules|site-packages|dist-packages|vendor\/bundle)\//;

const hintIndex = indexTexts(
  [...new Set(secretForms.flatMap(({ hints }) => hints))].map(
    (hint) => [hint, new TextEncoder().encode(hint)] as const,
  ),
);

/**
 * Looks for secrets in files, by name and by form. Reads a file only where its name or its size allows one: text of at
 * most a mebibyte, outside the directories of installed packages. A `.git` directory counts once.
 */
export async function findSecrets(
  files: readonly ScannedFile[],
  read: (path: AbsPath) => Promise<Uint8Array | undefined>,
): Promise<readonly SecretFile[]> {
  const found: SecretFile[] = [];
  const repositories = new Set<string>();
  for (const file of files) {
    const { path, stat } = file;
    if (packageDirectory.test(path)) continue;
    const repository = /^(.*\/\.git)(?:\/|$)/.exec(path)?.[1];
    if (repository !== undefined) {
      if (!repositories.has(repository)) {
        const isRepository = stat.kind === "directory" || path !== repository;
        if (isRepository)
          found.push({ path, what: "it belongs to a Git repository, which keeps all that ever was in it" });
      }
      repositories.add(repository);
      continue;
    }
    if (stat.kind === "file") found.push(...(await scanFile(file, read)));
  }
  return found;
}

async function scanFile(
  { path, stat }: ScannedFile,
  read: (path: AbsPath) => Promise<Uint8Array | undefined>,
): Promise<readonly SecretFile[]> {
  const name = nameOf(path);
  if (stat.sizeBytes === 0 || stat.sizeBytes > scanLimitBytes) {
    return stat.sizeBytes > 0 && name !== undefined && name.line === undefined
      ? [{ path, what: `it is ${name.title}` }]
      : [];
  }
  if (name !== undefined && name.line === undefined) return [{ path, what: `it is ${name.title}` }];
  const bytes = await read(path);
  if (bytes === undefined || isBinary(bytes)) return [];
  if (name !== undefined) {
    const named = findNamed(name, toText(bytes));
    if (named !== undefined) return [{ path, what: `it is ${named.title} (line ${String(named.line)})` }];
  }
  const hints = await findTexts(
    hintIndex,
    (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    bytes.length,
  );
  const forms = hints.size === 0 ? [] : findForms(toText(bytes));
  if (forms.length === 0) return [];
  return [{ path, what: forms.map(({ title, line }) => `line ${String(line)} holds ${title}`).join(", ") }];
}

const headBytes = 8192;

function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, headBytes).includes(0);
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}
