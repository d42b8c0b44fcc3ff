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
  const hint = `add \`{path: "${directory}/**", because: "read by ${baseName(from)}"}\` to closure.include`;
  work.warn(from, { code: "NAME_COMPUTED", message, hint });
}

/**
 * Says which directories that a Dockerfile filled are too large to ship for a guess, and stay out in part. Of an
 * installation in another stage, parts ship because programs use them: it is named where none does.
 */
export async function tellLargeDirectories(work: Worklist, views: Views): Promise<void> {
  for (const root of work.request.roots) {
    if (root.kind !== "large-directory" || isOfLanguage(work, root.path)) continue;
    const files: AbsPath[] = [];
    for await (const { path, stat } of walk(viewOf(views, root.view).root, root.path)) {
      if (stat.kind !== "directory") files.push(path);
    }
    const shipped = files.filter((path) => work.nodes.has(path)).length;
    if (shipped === files.length || (root.isOfStage && shipped > 0)) continue;
    const [from, directory] = [pointerReason(root.pointer), root.path];
    const absent = `${files.length - shipped} of the ${files.length} files that a COPY or ADD puts there`;
    const message = `cannot ship all of ${directory}: it has too much for a guess, and nothing names ${absent}`;
    const hint = `add \`{path: "${directory}/**", because: "read at run time"}\` to closure.include`;
    work.warn(from, { code: "NAME_COMPUTED", message, hint });
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
