import type { Detector, Found } from "../../candidate.ts";
import { procfileTargets } from "../../command-words.ts";
import { readPackages } from "./packages.ts";
import { commandOf, findStart } from "./start.ts";

/** Applications of Python. */
export const python: Detector = {
  looksFor: ["requirements.txt", "pyproject.toml", "Pipfile", "manage.py", "*.py"],
  async find(project): Promise<readonly Found[]> {
    if (!project.files.some((path) => path.endsWith(".py"))) return [];
    const packages = await readPackages(project);
    const start = await findStart(project, packages);
    if (start === undefined) return [];
    const evidence = [...start.evidence, ...(packages.evidence === undefined ? [] : [packages.evidence])];
    const { name, confidence } = start;
    if ("reason" in start) return [{ ...start, evidence }];
    const { manager, steps, image, imageBecause } = packages;
    const src = project.inContext(".");
    const installed =
      packages.evidence === undefined
        ? "it lists no packages"
        : `packages: ${packages.evidence.file}, ${packages.evidence.fact}`;
    const dependencies = steps === undefined ? manager : "none";
    const keys = [
      steps === undefined
        ? { key: "from", value: image, because: imageBecause }
        : { key: "builders", value: { main: { from: image, build: steps } }, because: imageBecause },
      { key: "interpreter", value: "python3" },
      { key: "app", value: dependencies === undefined ? src : { src, dependencies }, because: installed },
      { key: "cmd", value: start.cmd, because: start.cmdBecause },
      ...(Object.keys(start.env ?? {}).length === 0 ? [] : [{ key: "env", value: start.env ?? {} }]),
      ...(start.port === undefined ? [] : [{ key: "ports", value: [start.port] }]),
      ...(await procfileTargets(await project.text("Procfile"), async (one) =>
        Promise.resolve(commandOf(one, packages)),
      )),
    ];
    return [{ name, confidence, evidence, keys }];
  },
};
