import { isText } from "../../rootfs/author-directory.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { pointerReason } from "../model/graph.ts";
import type { Unknown } from "../model/unknown.ts";
import type { View } from "../model/view.ts";
import { isOfLanguage } from "./package-unit.ts";
import { type Views, viewOf, viewProcess } from "./roots.ts";
import type { Worklist } from "./worklist.ts";

/** Says that a directory stays out because it has more than ships for a guess. `what`: "reads beside it". */
export function tellTooLarge(
  work: Worklist,
  { from, what, directory }: { readonly from: AbsPath; readonly what: string; readonly directory: AbsPath },
): void {
  const message = `cannot tell what ${from} ${what}: ${directory} has too much to ship it whole`;
  work.warn(from, { code: "NAME_COMPUTED", message, hint: lineFor(directory, `read by ${baseName(from)}`) });
}

function lineFor(directory: AbsPath, because: string): string {
  return `add \`{path: "${directory}/**", because: "${because}"}\` to closure.include`;
}

/**
 * Says which directories that a Dockerfile filled are too large to ship for a guess, and stay out in part. Of an
 * installation in another stage, parts ship because programs use them: it is named where none does.
 */
export async function tellLargeDirectories(work: Worklist, views: Views): Promise<void> {
  for (const root of work.request.roots) {
    if (root.kind !== "large-directory" || isOfLanguage(work, root.path)) continue;
    const view = viewOf(views, root.view);
    const { real } = await view.resolve(root.path);
    let [files, absent] = [0, 0];
    for await (const { path, stat } of walk(view.root, real)) {
      // Who takes it out knows of it.
      if (stat.kind === "directory" || work.excludes(path)) continue;
      files++;
      absent += work.nodes.has(path) ? 0 : 1;
    }
    if (absent === 0 || (root.isOfStage && absent < files)) continue;
    const what = `${absent} of the ${files} files that a COPY or ADD puts there`;
    const message = `cannot ship all of ${real}: it has too much for a guess, and nothing names ${what}`;
    work.warn(pointerReason(root.pointer), { code: "NAME_COMPUTED", message, hint: lineFor(real, "read at run time") });
  }
}

type Asking = Readonly<Record<"view", View> & Record<"from", AbsPath>>;

/** Notes that a text is too large to be read. What it names is not known. */
export async function noteUnread(
  work: Worklist,
  { what, ...asking }: Asking & { readonly what: string },
): Promise<void> {
  const { view, from } = asking;
  if (!work.isNew(`unread\0${view.name}\0${from}`) || !(await isText(view.root, from))) return;
  await noteCut(work, { kind: "unread-file", what }, asking);
}

/** Notes what is left out because there is too much of it. */
export async function noteCut(work: Worklist, cut: Omit<Unknown, "bound">, { view, from }: Asking): Promise<void> {
  const unknown: Unknown = { ...cut, bound: { kind: "anything" } };
  const proc = viewProcess(work, view);
  await work.enqueueAll([{ unknown }], { view, from, proc });
}
