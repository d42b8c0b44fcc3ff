import { parseToml, type TomlTable, tableAt, textOf } from "../../formats/toml/toml.ts";
import type { SpecValue } from "../../spec/flow-text.ts";
import { type Detector, evidenceAt, type Found } from "../candidate.ts";
import type { Project } from "../project.ts";
import { siteKeys } from "../site.ts";

/** A directory of pages, or one that a generator makes pages of. */
export const staticFiles: Detector = {
  looksFor: ["index.html", "Staticfile", "hugo.toml", "book.toml", "mkdocs.yml", "pelicanconf.py", "conf.py of Sphinx"],
  async find(project): Promise<readonly Found[]> {
    const generated =
      (await fromHugo(project)) ??
      (await fromMdBook(project)) ??
      (await fromMkDocs(project)) ??
      (await fromPython(project));
    if (generated !== undefined) return [generated];
    const named = await fromStaticfile(project);
    const usual = folders.map((folder) => `${folder}index.html`);
    const file = usual.find((path) => project.has(path));
    if (named === undefined && file === undefined) return [];
    const folder = named ?? (file?.includes("/") === true ? file.slice(0, file.lastIndexOf("/")) : ".");
    const because = named === undefined ? `${file ?? ""} is the first page` : "the root that Staticfile names";
    const app = { src: project.inContext(folder), dependencies: "none" };
    const keys = siteKeys({ app, because, isSinglePage: false });
    const evidence =
      named === undefined
        ? { file: file ?? "", fact: "the first page" }
        : { file: "Staticfile", fact: `root: ${named}` };
    return [{ name: "Static site", confidence: named === undefined ? 30 : 70, evidence: [evidence], keys }];
  },
};

/** Where the first page of a site is, the root first. `docs` is what GitHub Pages serves. */
const folders = ["", "public/", "dist/", "site/", "www/", "html/", "htdocs/", "_site/", "docs/"];

/** The directory that a Staticfile names, where it is there. */
async function fromStaticfile(project: Project): Promise<string | undefined> {
  const root = /^root:[ \t]*["']?(?<root>[\w./-]+)/mu.exec(await project.text("Staticfile"))?.groups?.["root"];
  const folder = root?.replace(/^\.\//u, "").replace(/\/$/u, "");
  return folder !== undefined && project.files.some((path) => path.startsWith(`${folder}/`)) ? folder : undefined;
}

/** A site of Hugo: a directory of themes alone is none. */
async function fromHugo(project: Project): Promise<Found | undefined> {
  const files = ["hugo.toml", "hugo.yaml", "hugo.json", "config.toml"];
  const file = files.find((name) => project.has(name));
  const holds = (folder: string): boolean => project.files.some((path) => path.startsWith(`${folder}/`));
  // config.toml is a name that others have, too.
  const isHugo = file === "config.toml" ? holds("content") && (holds("themes") || holds("layouts")) : holds("content");
  if (file === undefined || !(isHugo || (file !== "config.toml" && holds("layouts")))) return undefined;
  const text = await project.text(file);
  const output = /^[ \t]*publishDir\s*[=:]\s*["']?(?<folder>[\w./-]+)/mu.exec(text)?.groups?.["folder"] ?? "public";
  const build = { from: "debian:trixie-slim", packages: ["hugo", "git", "ca-certificates"] };
  return generated(project, {
    name: "Hugo site",
    file,
    build: { ...build, steps: ["hugo --minify"] },
    output: `/app/${output}`,
  });
}

/** A book of mdBook: its settings name where the pages go. */
async function fromMdBook(project: Project): Promise<Found | undefined> {
  const file = "book.toml";
  const settings = parseToml(await project.text(file));
  const source = folderOf(tableAt(settings, "book"), "src") ?? "src";
  if (!project.has(file) || !project.has(`${source.replace(/^\.\//u, "")}/SUMMARY.md`)) return undefined;
  const output = folderOf(tableAt(settings, "build"), "build-dir") ?? "book";
  // With more than one form of it, each has a directory of its own.
  const forms = new Set(Object.keys(tableAt(settings, "output") ?? {}));
  const pages = forms.size > 1 && forms.has("html") ? `${output}/html` : output;
  const build = { from: "debian:trixie-slim", packages: ["mdbook"], steps: ["mdbook build"] };
  return generated(project, { name: "mdBook site", file, build, output: `/app/${pages}` });
}

/** A folder that settings name, in the letters that need no quotes anywhere. */
function folderOf(table: TomlTable | undefined, key: string): string | undefined {
  return /^[\w./-]+$/u.exec(textOf(table, key) ?? "")?.[0];
}

/** A site of MkDocs, whose plug-ins and themes are in requirements.txt. */
async function fromMkDocs(project: Project): Promise<Found | undefined> {
  const file = ["mkdocs.yml", "mkdocs.yaml"].find((name) => project.has(name));
  // The documentation of a package is not what its repository is for.
  const isPackage = ["pyproject.toml", "setup.py", "package.json", "go.mod", "Cargo.toml"].some((name) =>
    project.has(name),
  );
  if (file === undefined || isPackage) return undefined;
  const text = await project.text(file);
  const theme = /^[ \t]*name:\s*["']?material\b/mu.test(text) ? "mkdocs-material" : "mkdocs";
  const list = ["requirements.txt", "docs/requirements.txt"].find((name) => project.has(name));
  const names = list === undefined ? "" : await project.text(list);
  const install = list === undefined ? "" : ` -r ${list}`;
  const program = /^mkdocs/mu.test(names) ? "" : ` ${theme}`;
  return generated(project, {
    name: "MkDocs site",
    file,
    build: { from: "python:3.13-slim", steps: [`pip install${program}${install}`, "mkdocs build"] },
    output: "/app/site",
  });
}

/** A site of a generator of Python whose settings are a source of Python. */
async function fromPython(project: Project): Promise<Found | undefined> {
  const isPackage = ["pyproject.toml", "setup.py", "manage.py"].some((name) => project.has(name));
  const list = ["requirements.txt", "docs/requirements.txt"].find((name) => project.has(name));
  const names = list === undefined ? "" : await project.text(list);
  const install = (name: string): string =>
    `pip install${new RegExp(`^${name}\\b`, "imu").test(names) ? "" : ` ${name}`}${list === undefined ? "" : ` -r ${list}`}`;
  if (project.has("pelicanconf.py")) {
    const settings = project.has("publishconf.py") ? "publishconf.py" : "pelicanconf.py";
    const steps = [install("pelican"), `pelican content -o /site -s ${settings}`];
    const build = { from: "python:3.13-slim", steps };
    return generated(project, { name: "Pelican site", file: "pelicanconf.py", build, output: "/site" });
  }
  const file = ["conf.py", "source/conf.py", "docs/conf.py", "docs/source/conf.py"].find((name) => project.has(name));
  const text = file === undefined ? "" : await project.text(file);
  // The documentation of a package is not what its repository is for.
  if (file === undefined || isPackage || !/^(?:extensions|html_theme)\s*=/mu.test(text)) return undefined;
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
  const build = { from: "python:3.13-slim", steps: [install("sphinx"), `sphinx-build -b html ${folder} /site`] };
  return generated(project, { name: "Sphinx site", file, build, output: "/site" });
}

interface Generator {
  readonly name: string;
  readonly file: string;
  readonly build: { readonly from: string; readonly packages?: readonly string[]; readonly steps: readonly string[] };
  readonly output: string;
}

async function generated(project: Project, { name, file, build, output }: Generator): Promise<Found> {
  const { steps, ...from } = build;
  const all: SpecValue = { copy: { src: [project.inContext(".")], dest: "/app/", exclude: ["**/.git"] } };
  const keys = siteKeys({
    builders: { build: { ...from, workdir: "/app", build: [all, ...steps] } },
    app: { from: "build", src: output },
    because: "where the build writes the site",
    isSinglePage: false,
  });
  const text = await project.text(file);
  return { name, confidence: 75, evidence: [evidenceAt(file, "its settings", { text, shows: /\S/u })], keys };
}
