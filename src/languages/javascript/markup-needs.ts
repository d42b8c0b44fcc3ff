import type { Yield } from "../../closure/model/closure.ts";
import { parentOf } from "../../rootfs/rootfs.ts";
import type { Source } from "./cached-references.ts";
import type { NodeContext } from "./node-context.ts";
import { loadedNeeds } from "./package-needs.ts";
import { typeScriptSettings } from "./tsconfig.ts";

/** What a compiler lets a source with JSX import (typescriptlang.org/tsconfig/#jsxImportSource). */
export async function* markupNeeds({ path, readText }: Source, context: NodeContext): AsyncIterable<Yield> {
  const { tree, compiler, resolver } = context;
  const directory = parentOf(path);
  const settingsOf = typeScriptSettings(tree, async (specifier, from) => {
    const found = await compiler.resolve(specifier, from, "require");
    return found === "builtin" ? undefined : found[0];
  });
  const stated = /@jsxImportSource\s{1,9}([@\w./-]+)/u.exec(await readText())?.[1];
  const library = stated ?? (await settingsOf(directory))?.jsxSource ?? "react";
  for (const name of ["jsx-runtime", "jsx-dev-runtime"])
    for (const mode of ["import", "require"] as const) {
      const found = await resolver.resolve(`${library}/${name}`, directory, mode);
      for (const file of found === "builtin" ? [] : found)
        yield* loadedNeeds(file, { evidence: "rule", why: "writes JSX, which calls it" }, context);
    }
}
