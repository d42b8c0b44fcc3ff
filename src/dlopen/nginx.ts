import type { DlopenRule, Need, ProcessContext, Role, Yield } from "../closure/model/closure.ts";
import { expandGlob } from "../rootfs/glob.ts";
import { processFiles } from "../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../rootfs/rootfs.ts";

/**
 * nginx reads a tree of configuration that no header names: the file of `-c` or of its build, what it includes, the
 * modules that it loads, and the document roots that it serves (nginx.org, core module: `include`, `load_module`).
 * Directories for logs and temporary files must exist, their contents must not.
 */
export const nginx: DlopenRule = {
  name: "nginx",
  readsArguments: true,
  applies: ({ path, elf }) => baseName(path) === "nginx" && elf.loader !== undefined,
  async *needs({ path, elf }, proc) {
    const built = builtOptions(await elf.strings());
    const prefix = built.get("prefix") ?? "/usr/share/nginx";
    const main = configurationOf(proc.args) ?? built.get("conf-path") ?? "/etc/nginx/nginx.conf";
    for (const [option, value] of built) {
      if (/-(?:temp|log)-path$/u.test(option)) yield* directory(toAbsPath(`${value}/..`), "keeps files in");
    }
    yield* readConfiguration(proc, { requester: path, file: toAbsPath(main, prefix), prefix });
  },
};

/** Options of nginx's own build, which `nginx -V` prints: `--conf-path=/etc/nginx/nginx.conf`. */
function builtOptions(strings: readonly string[]): ReadonlyMap<string, string> {
  const line = strings.find((text) => text.includes("--conf-path=") || text.includes("--prefix=")) ?? "";
  return new Map(
    [...line.matchAll(/--([a-z]+(?:-[a-z]+)*)=('[^']*'|\S+)/gu)].map((match) => [match[1] ?? "", match[2] ?? ""]),
  );
}

function configurationOf(args: readonly string[]): string | undefined {
  const index = args.indexOf("-c");
  return index === -1 ? undefined : args[index + 1];
}

interface Start {
  readonly requester: AbsPath;
  readonly file: AbsPath;
  readonly prefix: string;
}

async function* readConfiguration(proc: ProcessContext, { requester, file, prefix }: Start): AsyncIterable<Yield> {
  const directoryOfMain = toAbsPath(`${file}/..`);
  const queue: { readonly file: AbsPath; readonly requester: AbsPath }[] = [{ file, requester }];
  const seen = new Set<AbsPath>();
  const files = processFiles(proc.root);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next.file)) continue;
    seen.add(next.file);
    yield need(next.file, "file", "reads its configuration from", next.requester);
    const text = await files.readText(next.file);
    if (text === undefined && (await files.isFile(next.file))) {
      const what = `settings of more than 16 MiB, ${next.file}`;
      yield { unknown: { kind: "unread-file", what, bound: { kind: "anything" } }, from: next.requester };
    }
    for (const [name = "", value = ""] of text === undefined ? [] : directives(text)) {
      if (value.includes("$")) continue;
      if (name === "include") {
        for (const found of await expandGlob(proc.root, toAbsPath(value, directoryOfMain))) {
          queue.push({ file: found, requester: next.file });
        }
      } else if (name === "load_module") {
        yield need(toAbsPath(value, prefix), "object", "loads module", next.file);
      } else if (name === "root" || name === "alias") {
        yield need(toAbsPath(value, prefix), "tree", "serves", next.file);
      } else if (
        /^(?:error_log|access_log|pid)$|_temp_path$/u.test(name) &&
        value.startsWith("/") &&
        !value.startsWith("/dev/")
      ) {
        yield* directory(toAbsPath(`${value}/..`), "keeps files in", next.file);
      } else if (
        /^(?:ssl_(?:certificate|trusted_certificate|client_certificate|dhparam)|auth_basic_user_file)$/u.test(name)
      ) {
        yield need(toAbsPath(value, directoryOfMain), "file", `names as ${name}`, next.file);
      }
    }
  }
}

function need(path: AbsPath, role: Role, why: string, from: AbsPath): Yield {
  const wanted: Need = { path, role, evidence: "declared", why: `${why} ${path}`, optional: role !== "object" };
  return { need: wanted, from };
}

function* directory(path: AbsPath, why: string, from?: AbsPath): Iterable<Yield> {
  const wanted: Need = { path, role: "file", evidence: "declared", why: `${why} ${path}`, optional: true };
  yield from === undefined ? { need: wanted } : { need: wanted, from };
}

/** Name and first argument of each directive; blocks, comments and further arguments are passed over. */
export function directives(text: string): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  let words: string[] = [];
  for (const match of text.matchAll(
    /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|([^\s{};"'#][^\s{};]*)/gu,
  )) {
    const [whole, double, single, punctuation, bare] = match;
    if (whole.startsWith("#")) continue;
    if (punctuation === undefined) {
      words.push(double ?? single ?? bare ?? "");
      continue;
    }
    if (punctuation === ";" && words.length > 1) found.push(words.slice(0, 2));
    words = [];
  }
  return found;
}
