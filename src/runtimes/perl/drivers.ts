import type { Installation } from "./installation.ts";
import type { Modules } from "./modules.ts";
import type { Namespaces } from "./namespaces.ts";

/**
 * DBI requires `DBD::NAME` for the name in a data source, `dbi:NAME:...`, so that any driver may be meant (DBI(3pm)).
 * Which ones are is known where every source that connects to anything writes the name down.
 */
export interface DriverScan {
  /** Drivers in data sources that are written down. */
  readonly names: readonly string[];
  /** True when something connects to what only the run tells, or asks for drivers by other means. */
  readonly isOpen: boolean;
}

/** The beginning of a data source in quotes, up to the end of the driver's name. */
const source = String.raw`(?:["']|\bqq?\s*[{([<|/!])\s*dbi:(\w+)[:(]`;
const written = new RegExp(`^${source}`, "iu");
const assignment = new RegExp(String.raw`^\s*=\s*${source}`, "iu");
/** Calls of methods that take a data source or a driver's name, in any class: a subclass of DBI may have any name. */
const connects = /->\s*(?:\w+::)*(?:connect|connect_cached|connect_on_init|install_driver)\b\s*\(?\s*/gu;
/**
 * Other ways to DBI's drivers: functions, methods by a computed name, lists of what is installed, servers that connect
 * to what they are sent.
 */
const otherWays =
  /\bDBI::(?:Gofer|ProxyServer)\b|\bDBI\s*->\s*\$|\bDBI::(?:connect|install_driver|driver|_\w*connect)|\b(?:available_drivers|installed_versions|data_sources|setup_driver)\b|->\s*can\(\s*["']connect|(?<![>\w:$@%&'"-])connect(?:_cached)?\s+[A-Z]\w*(?:::\w+)*\b(?!\s*=>)|\bDBI\s*->\s*driver\b/u;

/** Reads a source of Perl without comments. */
export function scanDrivers(code: string): DriverScan {
  const names = new Set<string>();
  const variables = new Map<string, number>();
  let isOpen = /\bDBI\b/u.test(code) && otherWays.test(code);
  const take = (name: string): void => {
    names.add(name);
    isOpen ||= /^(?:Gofer|Proxy|Multi\w*)$/u.test(name);
  };
  for (const match of code.matchAll(connects)) {
    const argument = code.slice(match.index + match[0].length, match.index + match[0].length + 300);
    const name = written.exec(argument)?.[1];
    const variable = /^\$(\w+)\s*(?:[,);]|=>|$)/u.exec(argument)?.[1];
    if (name !== undefined) take(name);
    else if (variable !== undefined) variables.set(variable, (variables.get(variable) ?? 0) + 1);
    else isOpen = true;
  }
  for (const [variable, uses] of variables) {
    const assigned = writtenIn(code, variable, uses);
    for (const name of assigned ?? []) take(name);
    isOpen ||= assigned === undefined;
  }
  return { names: [...names], isOpen };
}

/**
 * The drivers of a variable that is used for nothing but to connect, `uses` times, and given nothing but sources that
 * are written down.
 */
function writtenIn(code: string, variable: string, uses: number): readonly string[] | undefined {
  const names: string[] = [];
  let others = 0;
  for (const { index, 0: whole } of code.matchAll(new RegExp(String.raw`[$@%]\{?${variable}\b`, "gu"))) {
    const name = assignment.exec(code.slice(index + whole.length, index + whole.length + 200))?.[1];
    if (name === undefined) others++;
    else names.push(name);
  }
  return names.length === 0 || others !== uses ? undefined : names;
}

/** DBI's own modules connect to what they are given, which says nothing of what a program asks for. */
export function isOfDbi(path: string): boolean {
  return /\/(?:DBI\.pm|DB[ID]\/.*)$/u.test(path);
}

/** The drivers that the sources of a process ask DBI for. */
export class Drivers {
  readonly #modules: Modules;
  readonly #namespaces: Namespaces;
  readonly #names = new Set(ownDrivers);
  #takesAny: boolean;
  #hasAll = false;
  /** DBI is there and its drivers wait until it is known which ones are asked for. */
  #isThere = false;

  constructor({ proc, command }: Installation, modules: Modules, namespaces: Namespaces) {
    this.#modules = modules;
    this.#namespaces = namespaces;
    this.#takesAny = proc.prune !== "reachable" || isServerOfDbi(command.modules, proc.env);
  }

  /** DBI itself is reached. */
  noteDbi(): void {
    this.#isThere = true;
  }

  /** Reaches those that a source asks for, beside those of all before it. */
  async reach(scan: DriverScan | undefined): Promise<void> {
    this.#takesAny ||= scan?.isOpen === true;
    for (const name of scan?.names ?? []) this.#names.add(name);
    if (!this.#isThere || this.#hasAll) return;
    if (this.#takesAny) {
      this.#hasAll = true;
      await this.#namespaces.directory("DBD");
      return;
    }
    for (const name of this.#names) {
      await this.#modules.reach(`DBD::${name}`, { evidence: "string", why: `connects to a source of ${name}` });
    }
  }

  /** Asked when all sources are read. */
  async settle(): Promise<void> {
    // Somebody connects where nobody reads it.
    this.#takesAny ||= this.#isThere && this.#names.size === ownDrivers.length;
    await this.reach(undefined);
  }
}

/** True for a process that connects for others, or by way of others. */
function isServerOfDbi(modules: readonly string[], env: Readonly<Record<string, string>>): boolean {
  return env["DBI_AUTOPROXY"] !== undefined || modules.some((name) => /^DBI::(?:Gofer|ProxyServer)\b/u.test(name));
}

/** Drivers that DBI takes without being asked by a data source. */
const ownDrivers: readonly string[] = ["ExampleP", "NullP", "Sponge"];
