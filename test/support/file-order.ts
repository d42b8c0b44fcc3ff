import { BaseSequencer, type TestSpecification } from "vitest/node";
import { recordedTimes } from "./recorded-times.ts";

/** Names a list of changed paths, a line each, whose tests come first. */
export const firstVariable = "PITH_CHANGED_PATHS";

/** Changed test files come first, then those that took longest: two at once then end at about the same time. */
export class FileOrder extends BaseSequencer {
  override sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const { files } = recordedTimes();
    const changed = new Set(process.env[firstVariable]?.split("\n"));
    const secondsOf = ({ project, moduleId }: TestSpecification): number => {
      const path = moduleId.slice(project.config.root.length + 1);
      // A file that nobody has timed may be the longest of all.
      return changed.has(path) ? Number.MAX_VALUE : (files[`${project.name} ${path}`] ?? Number.MAX_SAFE_INTEGER);
    };
    return Promise.resolve(specifications.toSorted((left, right) => secondsOf(right) - secondsOf(left)));
  }
}
