import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { expandGlob } from "../../rootfs/glob.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { missingExtension } from "./findings.ts";
import { type IniSetting, type PhpSettings, parseIni } from "./ini.ts";

/** Settings that name a file which is read. */
const fileSettings: ReadonlySet<string> = new Set(["browscap", "curl.cainfo", "openssl.cafile", "openssl.capath"]);
/** Settings that name a file that runs before or after each script. */
const scriptSettings: ReadonlySet<string> = new Set(["auto_prepend_file", "auto_append_file", "opcache.preload"]);
/** Settings that name a directory in which files are kept. */
const directorySettings: ReadonlySet<string> = new Set([
  "opcache.file_cache",
  "session.save_path",
  "soap.wsdl_cache_dir",
  "sys_temp_dir",
  "upload_tmp_dir",
]);

/** What the settings of a PHP name. */
export class SettingNeeds {
  readonly #proc: ProcessContext;
  readonly #files: ProcessFiles;
  readonly #settings: PhpSettings;
  readonly #loaded: Set<AbsPath>;
  readonly #looked = new Set<AbsPath>();

  constructor({
    proc,
    files,
    settings,
    loaded,
  }: {
    readonly proc: ProcessContext;
    readonly files: ProcessFiles;
    readonly settings: PhpSettings;
    /** Takes the sources that settings run. */
    readonly loaded: Set<AbsPath>;
  }) {
    this.#proc = proc;
    this.#files = files;
    this.#settings = settings;
    this.#loaded = loaded;
  }

  async *all(list: Iterable<IniSetting>): AsyncIterable<Yield> {
    for (const { name, value, from } of list) {
      if ((name === "extension" || name === "zend_extension") && value !== "") yield* this.extension(name, value, from);
      else if (name === "ffi.preload") yield* this.#headers(value, from);
      else yield* this.#setting(name, value, from, this.#proc.workdir);
    }
  }

  /** Settings beside a source and in the directories above it: a server reads them there (`user_ini.filename`). */
  async *besides(source: AbsPath): AsyncIterable<Yield> {
    const name = this.#settings.settings.findLast((one) => one.name === "user_ini.filename")?.value ?? ".user.ini";
    let directory = source;
    if (name === "") return;
    while (directory !== "/") {
      directory = parentOf(directory);
      if (this.#looked.has(directory)) return;
      this.#looked.add(directory);
      const path = childOf(directory, name);
      if (!(await this.#files.isFile(path))) continue;
      const why = "reads settings for the sources in its directory";
      yield { need: { path, role: "file", evidence: "declared", why, optional: true } };
      for (const [own, value] of parseIni((await this.#files.readText(path)) ?? "")) {
        yield* this.#setting(own, value, path, directory);
      }
    }
  }

  /** `extension=NAME` is NAME.so in the directory of extensions, unless it is a path (ext/standard/dl.c of PHP). */
  async *extension(name: string, value: string, from: AbsPath | undefined): AsyncIterable<Yield> {
    const requester = from === undefined ? {} : { from };
    const directory = this.#settings.extensionDirectory;
    const candidates = value.includes("/")
      ? [toAbsPath(value, this.#proc.workdir)]
      : directory === undefined
        ? []
        : [childOf(directory, value), childOf(directory, `${value}.so`)];
    for (const path of candidates) {
      if (!(await this.#files.isFile(path))) continue;
      yield { need: { path, role: "object", evidence: "declared", why: `loads it by ${name}=${value}` }, ...requester };
      return;
    }
    yield { finding: missingExtension(value, candidates, from ?? this.#proc.program), ...requester };
  }

  /** `ffi.preload` lists headers, with patterns. */
  async *#headers(value: string, from: AbsPath | undefined): AsyncIterable<Yield> {
    const requester = from === undefined ? {} : { from };
    for (const pattern of value.split(":").filter((one) => one !== "")) {
      for (const path of await expandGlob(this.#proc.root, toAbsPath(pattern, this.#proc.workdir))) {
        yield { need: { path, role: "module", evidence: "declared", why: "loads it for FFI" }, ...requester };
      }
    }
  }

  *#setting(name: string, value: string, from: AbsPath | undefined, base: AbsPath): Iterable<Yield> {
    const requester = from === undefined ? {} : { from };
    const plain = value.replace(/^\d+;(?:[0-7]+;)?/u, "");
    const optional = { evidence: "declared", why: `has it as ${name}`, optional: true } as const;
    if (scriptSettings.has(name) && plain !== "" && plain !== "none") {
      const path = toAbsPath(plain, base);
      this.#loaded.add(path);
      yield { need: { path, role: "module", evidence: "declared", why: `runs it as ${name}` }, ...requester };
    } else if (fileSettings.has(name) && plain.startsWith("/")) {
      yield { need: { path: toAbsPath(plain), role: "file", ...optional }, ...requester };
    } else if (directorySettings.has(name) && plain.startsWith("/")) {
      yield { need: { path: toAbsPath(plain), role: "file", ...optional }, ...requester };
    } else if (name === "error_log" && plain.startsWith("/") && !plain.startsWith("/dev/")) {
      yield { need: { path: parentOf(toAbsPath(plain)), role: "file", ...optional }, ...requester };
    }
  }
}
