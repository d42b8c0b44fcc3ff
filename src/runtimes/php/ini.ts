import type { ProcessContext } from "../../closure/model/closure.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, childOf, compareBytes, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { PhpCommand } from "./command-line.ts";

/** A setting and the file that makes it; no file: the command line. */
export interface IniSetting {
  readonly name: string;
  readonly value: string;
  readonly from: AbsPath | undefined;
}

/** The settings of a PHP before it runs anything. */
export interface PhpSettings {
  /** Files that it reads, in order: php.ini, then those of the scan directories. */
  readonly files: readonly AbsPath[];
  /** Scan directories that exist, and the directory of php.ini. */
  readonly directories: readonly AbsPath[];
  readonly settings: readonly IniSetting[];
  /** Where extensions without a path lie. */
  readonly extensionDirectory: AbsPath | undefined;
  /** Directories that `include` looks in, as they are written. */
  readonly includePath: readonly string[];
}

/** Paths that are compiled into the program. Each is told by what lies there: the program holds only texts. */
export interface CompiledPaths {
  readonly ini: AbsPath | undefined;
  readonly scan: AbsPath | undefined;
  readonly extensions: AbsPath | undefined;
  readonly includePath: readonly string[];
  readonly sessions: AbsPath | undefined;
  /** True when zones come from the system instead of the program (Debian, Fedora). */
  readonly hasSystemZones: boolean;
}

export async function readCompiledPaths(elf: ProcessContext["elf"], files: ProcessFiles): Promise<CompiledPaths> {
  const texts = (await elf?.strings("/")) ?? [];
  const paths = [...new Set(texts.filter((text) => /^\/[\w.+/-]{2,200}$/u.test(text)))].map((text) => toAbsPath(text));
  const directories: AbsPath[] = [];
  for (const path of paths) {
    const isNamed = path === "/etc" || /php/u.test(path);
    if (isNamed && (await files.isDirectory(path))) directories.push(path);
  }
  const holds = async (path: AbsPath, pattern: RegExp): Promise<boolean> =>
    [...(await files.names(path))].some((name) => pattern.test(name));
  const pick = async (isIt: (path: AbsPath) => Promise<boolean>): Promise<AbsPath | undefined> => {
    const found: AbsPath[] = [];
    for (const path of directories) if (await isIt(path)) found.push(path);
    return found.toSorted((left, right) => right.length - left.length)[0];
  };
  const scan = await pick(async (path) => /^(?:conf|php)\.d$/u.test(baseName(path)));
  const own = scan === undefined ? undefined : parentOf(scan);
  const ini =
    (await pick((path) => holds(path, /^php(?:-\w+)?\.ini$|^php-fpm\.conf$/u))) ??
    (await pick(async (path) => path === own || baseName(path) === "php"));
  return {
    ini,
    scan,
    extensions: await pick((path) => holds(path, /\.so$/u)),
    includePath: (texts.find((text) => /^\.:\/[\w./:-]*$/u.test(text)) ?? ".").split(":"),
    sessions: paths.find((path) => path.endsWith("/sessions") || path.endsWith("/session")),
    hasSystemZones: texts.some((text) => text.startsWith("/usr/share/zoneinfo/")),
  };
}

/**
 * php.ini of `-c`, PHPRC, the program's directory or the compiled place, the first that exists, each as `php-SAPI.ini`
 * before `php.ini`; then `*.ini` of the scan directories by their names (main/php_ini.c of PHP).
 */
export async function readSettings(
  proc: ProcessContext,
  {
    files,
    command,
    compiled,
    sapi,
  }: {
    readonly files: ProcessFiles;
    readonly command: PhpCommand;
    readonly compiled: CompiledPaths;
    readonly sapi: string;
  },
): Promise<PhpSettings> {
  const found: AbsPath[] = [];
  const directories: AbsPath[] = [];
  if (!command.hasNoIni) {
    const main = await findIni();
    if (main !== undefined) found.push(main);
    for (const directory of scanDirectories()) {
      if (!(await files.isDirectory(directory))) continue;
      directories.push(directory);
      const names = [...(await files.names(directory))].filter((name) => name.endsWith(".ini"));
      found.push(...names.toSorted(compareBytes).map((name) => childOf(directory, name)));
    }
  }
  const settings: IniSetting[] = [];
  for (const path of found) {
    for (const [name, value] of parseIni((await files.readText(path)) ?? "")) {
      settings.push({ name, value: expand(value, proc.env), from: path });
    }
  }
  for (const line of command.settings) {
    const [name = "", value = "1"] = line.split(/=(.*)/su);
    settings.push({ name: name.trim(), value: value.trim().replace(/^(["'])(.*)\1$/su, "$2"), from: undefined });
  }
  const last = (name: string): string | undefined => settings.findLast((one) => one.name === name)?.value;
  const directory = last("extension_dir") ?? "";
  const includePath = last("include_path") ?? "";
  return {
    files: found,
    directories,
    settings,
    extensionDirectory: directory === "" ? compiled.extensions : toAbsPath(directory, proc.workdir),
    includePath: includePath === "" ? compiled.includePath : includePath.split(":"),
  };

  async function findIni(): Promise<AbsPath | undefined> {
    const given = [command.ini ?? "", proc.env["PHPRC"] ?? ""].filter((part) => part !== "");
    const locations = [
      ...given.map((part) => toAbsPath(part, proc.workdir)),
      parentOf(proc.realProgram),
      ...(compiled.ini === undefined ? [] : [compiled.ini]),
    ];
    for (const location of locations) {
      if (await files.isFile(location)) return location;
      for (const name of [`php-${sapi}.ini`, "php.ini"]) {
        const path = childOf(location, name);
        if (await files.isFile(path)) return path;
      }
    }
    return undefined;
  }

  function scanDirectories(): readonly AbsPath[] {
    const given = proc.env["PHP_INI_SCAN_DIR"];
    const parts = given === undefined ? [""] : given.split(":");
    const paths = parts.map((part) => (part === "" ? compiled.scan : toAbsPath(part, proc.workdir)));
    return paths.filter((path) => path !== undefined);
  }
}

/** Lines `name = value`, in order, also `name[] = value`; sections and comments are passed over. */
export function parseIni(text: string): readonly (readonly [name: string, value: string])[] {
  const found: [string, string][] = [];
  for (const line of text.split(/\r?\n/u)) {
    const [, name = "", rest = ""] = /^[ \t]*([A-Za-z_][\w.\-[\]/]*)[ \t]*=[ \t]*(.*)$/u.exec(line) ?? [];
    if (name === "") continue;
    const quoted = /^"([^"]*)"|^'([^']*)'/u.exec(rest);
    found.push([name, quoted?.[1] ?? quoted?.[2] ?? rest.replace(/(?<![ \t])[ \t]*;.*$/u, "").trimEnd()]);
  }
  return found;
}

function expand(value: string, env: Readonly<Record<string, string>>): string {
  return value.replace(
    /\$\{(\w+)(?::-([^}]*))?\}/gu,
    (_whole, name: string, other?: string) => env[name] ?? other ?? "",
  );
}
