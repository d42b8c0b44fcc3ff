import type { Feature, FeatureYield } from "../closure/model/feature.ts";
import { fontsNamed } from "../formats/text/named-fonts.ts";
import { type AbsPath, baseName, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import { walk } from "../rootfs/walk.ts";
import { applicationTexts, ownTexts } from "./own-texts.ts";

/** Where libraries look for a font by the name of its file. */
const directories = ["/usr/local/share/fonts", "/usr/share/fonts"].map((path) => toAbsPath(path));

/** Fonts that the texts of the author name by their files alone: `truetype("DejaVuSans.ttf")`. */
export const fonts: Feature = {
  name: "fonts",
  pointer: "/system",
  async *apply(context): AsyncIterable<FeatureYield> {
    const namedBy = new Map<string, AbsPath | undefined>();
    const note = ({ from, text }: { readonly from?: AbsPath; readonly text: string }): void => {
      for (const name of fontsNamed(text)) if (!namedBy.has(name)) namedBy.set(name, from);
    };
    for await (const one of ownTexts(context)) note(one);
    for await (const one of applicationTexts(context)) note(one);
    if (namedBy.size === 0) return;
    for (const path of await filesIn(context.root)) {
      const name = baseName(path);
      const from = namedBy.get(name);
      if (!namedBy.has(name)) continue;
      const need = { path, role: "file", evidence: "string", why: `names ${name}`, optional: true } as const;
      yield from === undefined ? { need } : { need, from };
    }
  },
};

async function filesIn(root: RootFs): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const directory of directories)
    for await (const { path, stat } of walk(root, directory)) if (stat.kind !== "directory") found.push(path);
  return found;
}
