import { managerNames } from "./manager-names.gen.ts";

/** Ways to install dependencies that the language names. */
export const dependencyManagers: readonly ["auto", "none", ...typeof managerNames, "maven", "gradle"] = [
  "auto",
  "none",
  ...managerNames,
  "maven",
  "gradle",
];

/** One of them. */
export type DependencyManagerName = (typeof dependencyManagers)[number];
