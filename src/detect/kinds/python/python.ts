import type { Detector, Found } from "../../candidate.ts";
import { readPackages } from "./packages.ts";
import { findStart } from "./start.ts";

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
    if (packages.obstacle !== undefined) return [{ name, confidence, evidence, ...packages.obstacle }];
    const { manager, image, imageBecause } = packages;
    const src = project.inContext(".");
    const installed =
      packages.evidence === undefined
        ? "it lists no packages"
        : `packages: ${packages.evidence.file}, ${packages.evidence.fact}`;
    const keys = [
      { key: "from", value: image, because: imageBecause },
      { key: "interpreter", value: "python3" },
      { key: "app", value: manager === undefined ? src : { src, dependencies: manager }, because: installed },
      { key: "cmd", value: start.cmd, because: start.cmdBecause },
      ...(Object.keys(start.env ?? {}).length === 0 ? [] : [{ key: "env", value: start.env ?? {} }]),
      ...(start.port === undefined ? [] : [{ key: "ports", value: [start.port] }]),
    ];
    return [{ name, confidence, evidence, keys }];
  },
};
