import type { ExecMount } from "../../formats/llb/state.ts";
import type { InputTree, ResolvedClosure } from "../resolve/closure-step.ts";
import type { BuilderRoot } from "./sandbox.ts";

/** The builder with the dependencies and the application over it, as the image's programs would see them. */
export function builderRoot({ request, trees, wholeTrees = trees }: ResolvedClosure): BuilderRoot {
  const view = request.views.find((one) => one.name === request.process.view);
  const parts = (view?.trees ?? []).flatMap((id) => {
    const index = request.trees.findIndex((tree) => tree.id === id);
    const input = request.trees[index];
    const tree = wholeTrees[index];
    return input === undefined || tree === undefined ? [] : [{ dest: input.prefix, tree }];
  });
  const [base, ...others] = parts;
  return { state: base?.tree.state, mounts: others.map(({ dest, tree }) => mountOver(dest, tree)) };
}

/** What a program writes there is dropped, as the builder's own changes are. */
function mountOver(dest: string, { state, directory, byContent }: InputTree): ExecMount {
  return {
    type: "bind",
    dest,
    state,
    ...(directory === "/" ? {} : { selector: directory }),
    contentCache: byContent ? "on" : "off",
  };
}

/** The directories of programs of the image's process, as in PATH. */
export function searchPath({ request }: Pick<ResolvedClosure, "request">): string {
  return request.views.find((view) => view.name === request.process.view)?.searchPath ?? "";
}
