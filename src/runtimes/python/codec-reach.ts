import type { Yield } from "../../closure/model/closure.ts";
import { childOf } from "../../rootfs/rootfs.ts";
import { basicCodecs, normaliseEncoding, parseAliases } from "./codecs.ts";
import { rule } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import type { Reach } from "./reach.ts";

/** Turns encodings that a process may be asked for into needs. */
export class CodecReach {
  readonly #installation: Installation;
  readonly #reach: Reach;
  /** Texts that were asked about before and are no encodings. */
  readonly #others = new Set<string>();
  #aliases: ReadonlyMap<string, string> = new Map();

  constructor(installation: Installation, reach: Reach) {
    this.#installation = installation;
    this.#reach = reach;
  }

  /** Encodings that every process may meet; reads the table of aliases for the others. */
  async start(out: Yield[]): Promise<void> {
    const { files, layout, proc } = this.#installation;
    this.#aliases = parseAliases((await files.readText(childOf(layout.stdlib, "encodings/aliases.py"))) ?? "");
    const because = rule("has it as a basic encoding");
    for (const name of basicCodecs) await this.#reach.name(`encodings.${name}`, because, out);
    // The locale of the process may ask for one more.
    for (const variable of ["LC_ALL", "LC_CTYPE", "LANG", "PYTHONIOENCODING"]) {
      for (const part of (proc.env[variable] ?? "").split(/[.:@]/u)) if (part !== "") await this.name(part, out);
    }
  }

  /** The encoding of a name, where it is one. */
  async name(name: string, out: Yield[]): Promise<void> {
    if (this.#others.has(name)) return;
    const normal = normaliseEncoding(name);
    const module = this.#aliases.get(normal) ?? normal;
    if (module.includes(".") || (await this.#installation.finder.find(`encodings.${module}`)) === undefined) {
      this.#others.add(name);
      return;
    }
    await this.#reach.name(`encodings.${module}`, { evidence: "string", why: `names the encoding ${name}` }, out);
  }

  async all(out: Yield[]): Promise<void> {
    await this.#reach.name("encodings.*", rule("may ask for any encoding"), out);
  }
}
