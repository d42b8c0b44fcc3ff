import type { Because } from "../../languages/needs.ts";
import type { Bundle } from "./bundle-settings.ts";
import type { Emitter } from "./emitter.ts";
import type { Reach } from "./reach.ts";

/** Finds what Bundler brings of the application's bundle. */
export class BundleReach {
  readonly #bundle: Bundle | undefined;
  readonly #emitter: Emitter;
  readonly #reach: Reach;

  constructor(bundle: Bundle | undefined, emitter: Emitter, reach: Reach) {
    this.#bundle = bundle;
    this.#emitter = emitter;
    this.#reach = reach;
  }

  /** Bundler reads its files, and wants every gem of the lock that is not left out. */
  async all(): Promise<void> {
    await this.#reach.feature("bundler/setup", { evidence: "rule", why: "sets the load path" });
    await this.#reach.gem("bundler", { evidence: "rule", why: "finds Bundler by its specification" });
    if (this.#bundle === undefined) return;
    const why = "is told by it which gems to use";
    for (const path of [this.#bundle.gemfile, this.#bundle.lock, ...this.#bundle.configs]) {
      this.#emitter.need({ path, role: "file", evidence: "rule", why, optional: true });
    }
    for (const name of this.#bundle.locked.keys()) {
      await this.#reach.gem(name, { evidence: "declared", why: `has ${name} in its lock` });
    }
  }

  /** Gems in the application's Gemfile are wanted, whether or not a source is seen to load them. */
  async direct(): Promise<void> {
    const because: Because = { evidence: "declared", why: "has it in its Gemfile" };
    for (const { name, features } of this.#bundle?.direct ?? []) {
      if (!(await this.#reach.gem(name, because))) continue;
      for (const feature of features ?? [name, name.replaceAll("-", "/")]) await this.#reach.feature(feature, because);
    }
  }

  /** `Bundler.require` loads each gem by its name. */
  async required(): Promise<void> {
    for (const name of this.#bundle?.locked.keys() ?? []) {
      for (const feature of new Set([name, name.replaceAll("-", "/")])) {
        await this.#reach.feature(feature, { evidence: "declared", why: `loads ${feature}, a gem of its lock` });
      }
    }
  }
}
