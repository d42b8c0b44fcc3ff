/** Ways to install dependencies that the language names. */
export const dependencyManagers = [
  "auto",
  "none",
  "pip",
  "uv",
  "poetry",
  "pipenv",
  "npm",
  "pnpm",
  "yarn",
  "bundler",
  "composer",
  "maven",
  "gradle",
] as const;

/** One of them. */
export type DependencyManagerName = (typeof dependencyManagers)[number];
