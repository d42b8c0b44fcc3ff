import { type Detector, evidenceAt, type Found } from "../candidate.ts";
import type { Project } from "../project.ts";

/** A Dockerfile: its author has said what runs. */
export const dockerfile: Detector = {
  looksFor: ["Dockerfile", "Containerfile", "compose.yaml"],
  async find(project): Promise<readonly Found[]> {
    const file =
      ["Dockerfile", "Containerfile"].find((name) => project.has(name)) ??
      (await fromCompose(project.text.bind(project)));
    if (file === undefined || !project.has(file)) return [];
    const text = await project.text(file);
    if (!/^[ \t]*FROM\s/imu.test(text)) return [];
    const runs = /^[ \t]*(?:CMD|ENTRYPOINT)\b.*$/gimu;
    const last = [...text.matchAll(runs)].at(-1)?.[0];
    const evidence = [
      evidenceAt(file, last?.trim() ?? "its base image says what runs", { text, shows: last ?? "FROM" }),
    ];
    if (copiesFromOwn(project, text)) {
      return [
        {
          name: "Dockerfile",
          confidence: 90,
          evidence,
          reason: `it copies files of ${project.folder}, and the build context is the directory above`,
          hint: `build with ${project.folder} as the context, or write from: {dockerfile: Dockerfile} to a spec there`,
        },
      ];
    }
    const because = "its stage is built, and what its entrypoint and command need ships";
    const keys = [{ key: "from", value: { dockerfile: project.inContext(file) }, because }];
    return [{ name: "Dockerfile", confidence: 90, evidence, keys }];
  },
};

/** True for a Dockerfile below whose first copied file is in its own directory and not in the root of the context. */
function copiesFromOwn(project: Project, text: string): boolean {
  if (project.root === undefined) return false;
  const steps = text.matchAll(/^[ \t]*(?:COPY|ADD)[ \t]+(?!--from=)(?:--\S+[ \t]+)*(?<source>[\w./-]+)[ \t]/gimu);
  const sources = [...steps].map(({ groups }) => (groups?.["source"] ?? "").replace(/^\.?\//u, ""));
  const named = sources.filter((path) => path !== "" && path !== ".");
  const isIn = (place: Project, path: string): boolean =>
    place.has(path) || place.files.some((file) => file.startsWith(`${path.replace(/\/$/u, "")}/`));
  const { root } = project;
  return named.some((path) => isIn(project, path) && !isIn(root, path));
}

/** The Dockerfile of the only service that is built, where its context is this directory. */
async function fromCompose(text: (path: string) => Promise<string>): Promise<string | undefined> {
  for (const file of ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]) {
    const found = [...(await text(file)).matchAll(/^[ \t]+dockerfile:[ \t]*["']?(?<path>[\w./-]+)/gmu)];
    const [only, ...others] = found.map(({ groups }) => (groups?.["path"] ?? "").replace(/^\.\//u, ""));
    if (only !== undefined && others.length === 0) return only;
  }
  return undefined;
}
