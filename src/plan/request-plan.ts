import type { ClosureRequest, RequestRoot, StatedRun } from "../closure/model/request.ts";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { ImageSettings } from "../formats/oci/image-config.ts";
import { defaultPath } from "../rootfs/default-path.ts";
import { isWithin, toAbsPath } from "../rootfs/rootfs.ts";
import type { BuilderSpec, Spec } from "../spec/spec.ts";
import { composeRequest, type RequestFacts } from "./closure-request.ts";
import { adoptsImage, notApplication, planSettings } from "./image-process.ts";

/** The facts of a build before its closure is resolved. */
export interface PlanFacts extends Pick<RequestFacts, "architecture" | "epochSeconds" | "dependencies" | "placed"> {
  /** The spec's name in the build context. */
  readonly specName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Settings of the image that the process's builder starts from. */
  readonly base: ImageSettings;
  /** Variables of each builder that the closure sees. */
  readonly environments: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** How services of Compose run the image. Default: nobody says. */
  readonly runs?: readonly StatedRun[];
  /** Programs that the spec does not name among its own. */
  readonly tools?: readonly RequestRoot[];
}

/** The request to the resolver, and the settings of the image as far as they are known before it answers. */
export interface RequestPlan {
  readonly request: ClosureRequest;
  readonly settings: ImageSettings;
}

/** Variables of a builder, which its base image has some of: PATH is always among them. */
export function builderEnvironment(
  base: ImageSettings["env"],
  builder: Pick<BuilderSpec, "env"> | undefined,
): Readonly<Record<string, string>> {
  return { PATH: defaultPath, ...base, ...builder?.env };
}

/** Plans the request of an image, the same one with an engine and without. */
export function planRequest(spec: Spec, facts: PlanFacts): RequestPlan {
  const { environments, dependencies, runs = [], tools = [] } = facts;
  const settings = planSettings(spec, facts.base, facts.labels);
  refuseOtherPlace(spec, settings);
  const variable = (name: string) => new Map([...environments].map(([builder, env]) => [builder, env[name] ?? ""]));
  const request = composeRequest(spec, {
    architecture: facts.architecture,
    epochSeconds: facts.epochSeconds,
    settings,
    adoptedUser: facts.base.user,
    placed: facts.placed,
    searchPaths: variable("PATH"),
    libraryPaths: variable("LD_LIBRARY_PATH"),
    dependencies,
    notApplication: notApplication(facts.specName, dependencies?.manager),
  });
  const stated = runs.length === 0 ? {} : { runs };
  return { request: { ...request, ...stated, roots: [...request.roots, ...tools] }, settings };
}

/** An application that a stage starts has to lie where the stage looks for it. */
function refuseOtherPlace({ app, image, ...spec }: Spec, { workdir = "/" }: ImageSettings): void {
  if (app === undefined || image.workdir !== undefined || !adoptsImage({ ...spec, app, image })) return;
  const [place, started] = [toAbsPath(app.dest), toAbsPath(workdir)];
  if (isWithin(place, started) || isWithin(started, place)) return;
  throw new BuildError([
    {
      severity: "error",
      code: "SPEC_CONFLICT",
      message: `cannot put the app in ${place}: the stage of the Dockerfile starts in ${started}`,
      hint: `write \`app: {src: ${app.src}, dest: ${started}}\`; or leave app out, as the stage has it, or write its \`prune\` alone`,
      pointer: "/app",
    },
  ]);
}

/** Finds the trees that a request names. */
export interface RequestTrees<Tree> {
  application(): Tree;
  dependencies(): Tree;
  context(): Tree;
  builder(name: string): Tree;
}

const builderPrefix = "builder:";

/** The trees of a request, in its order. */
export function listTrees<Tree>({ trees: inputs }: ClosureRequest, trees: RequestTrees<Tree>): readonly Tree[] {
  return inputs.map(({ id }) => {
    if (id === "app") return trees.application();
    if (id === "dependencies") return trees.dependencies();
    if (id === "context") return trees.context();
    invariant(id.startsWith(builderPrefix), `nothing makes the tree ${id}`);
    return trees.builder(id.slice(builderPrefix.length));
  });
}
