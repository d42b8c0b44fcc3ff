import { fieldOf, parseRecord } from "../../formats/json/json-object.ts";
import type { SpecValue } from "../../spec/flow-text.ts";
import { type Detector, type Evidence, evidenceAt, type Found } from "../candidate.ts";
import type { Project } from "../project.ts";
import { newestAllowed } from "../versions.ts";

const releases = ["8.4", "8.3", "8.2", "8.1"];

/** Applications of PHP, behind its built-in server. */
export const php: Detector = {
  looksFor: ["composer.json", "artisan", "index.php"],
  async find(project): Promise<readonly Found[]> {
    const text = await project.text("composer.json");
    const requires = fieldOf(parseRecord(text), "require");
    const scripts = project.files.filter((path) => /^[^/]+\.php$/u.test(path));
    const root = ["public/index.php", "web/index.php", "index.php"].find((path) => project.has(path));
    const isLaravel = project.has("artisan") && requires["laravel/framework"] !== undefined;
    const script =
      root === undefined ? (scripts.length === 1 ? scripts[0] : await programOf(project, text)) : undefined;
    if (root === undefined && script === undefined) return [];
    const range = typeof requires["php"] === "string" ? requires["php"] : "";
    const release = newestAllowed(range, releases) ?? releases[0] ?? "";
    const evidence: readonly Evidence[] = [
      ...(text === "" ? [] : [evidenceAt("composer.json", "the list of Composer", { text, shows: '"require"' })]),
      {
        file: root ?? script ?? "",
        fact:
          root === undefined ? (scripts.length === 1 ? "the only script" : "bin of composer.json") : "the first page",
      },
    ];
    const src = project.inContext(".");
    const manifest = parseRecord(text);
    // Composer writes the loader of the application's own classes, too.
    const hasPackages =
      Object.keys(requires).some((name) => name.includes("/")) || Object.keys(fieldOf(manifest, "autoload")).length > 0;
    const isLocked = project.has("composer.lock");
    const folder = root?.includes("/") === true ? root.slice(0, root.lastIndexOf("/")) : ".";
    const router = isLaravel
      ? ["vendor/laravel/framework/src/Illuminate/Foundation/resources/server.php"]
      : folder === "."
        ? []
        : [root ?? ""];
    const server = ["-S", "0.0.0.0:8000", "-t", folder, ...router];
    const fromBecause = range === "" ? undefined : `composer.json asks for PHP ${range}`;
    const because = "PHP's built-in server: write a spec with php-fpm for much traffic";
    const assets = await hasAssets(project);
    const built = { release, extensions: extensionsOf(requires), hasPackages, assets };
    const app = assets
      ? { from: "main", src: "/app", exclude: ["node_modules/**"] }
      : hasPackages && !isLocked
        ? { src, dependencies: "composer" }
        : src;
    const keys = [
      hasPackages || built.extensions.length > 0
        ? { key: "builders", value: withTools(project, built), because: fromBecause }
        : { key: "from", value: `php:${release}-cli`, because: fromBecause },
      { key: "interpreter", value: "php" },
      { key: "app", value: app },
      {
        key: "cmd",
        value: root === undefined ? [script ?? ""] : server,
        because: root === undefined ? `${script ?? ""} is what it runs` : because,
      },
      ...(isLaravel ? [{ key: "env", value: { APP_ENV: "production", LOG_CHANNEL: "stderr" } }] : []),
      ...(root === undefined ? [] : [{ key: "ports", value: [8000] }]),
    ];
    const name = isLaravel ? "Laravel" : requires["slim/slim"] === undefined ? "PHP" : "Slim";
    return [{ name, confidence: isLaravel ? 88 : text === "" ? 60 : 75, evidence, keys }];
  },
};

/** The only program that composer.json names. */
async function programOf(project: Project, composer: string): Promise<string | undefined> {
  const bin = parseRecord(composer)?.["bin"];
  const [file, ...others] = (Array.isArray(bin) ? bin : [bin]).filter((one): one is string => typeof one === "string");
  if (file === undefined || others.length > 0 || !project.has(file)) return undefined;
  return (await project.text(file)).includes("<?php") ? file : undefined;
}

/** True where a bundler of Node makes what the pages load. */
async function hasAssets(project: Project): Promise<boolean> {
  const manifest = parseRecord(await project.text("package.json"));
  const names = { ...fieldOf(manifest, "devDependencies"), ...fieldOf(manifest, "dependencies") };
  const isBundled = ["laravel-vite-plugin", "@symfony/webpack-encore"].some((name) => names[name] !== undefined);
  return isBundled && typeof fieldOf(manifest, "scripts")["build"] === "string" && project.has("composer.json");
}

/** Extensions that the image of PHP compiles, each with the packages of Debian that it takes. */
const compiled: Readonly<Record<string, readonly string[]>> = {
  bcmath: [],
  calendar: [],
  exif: [],
  gd: ["libpng-dev", "libjpeg-dev", "libfreetype-dev"],
  gmp: ["libgmp-dev"],
  intl: ["libicu-dev"],
  mysqli: [],
  pcntl: [],
  pdo_mysql: [],
  pdo_pgsql: ["libpq-dev"],
  pgsql: ["libpq-dev"],
  soap: ["libxml2-dev"],
  sockets: [],
  xsl: ["libxslt1-dev"],
  zip: ["libzip-dev"],
};

function extensionsOf(requires: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(requires)
    .filter((name) => name.startsWith("ext-"))
    .map((name) => name.slice("ext-".length))
    .filter((name) => Object.hasOwn(compiled, name));
}

interface Tools {
  readonly release: string;
  readonly extensions: readonly string[];
  readonly hasPackages: boolean;
  readonly assets: boolean;
}

/** PHP with its extensions, Composer beside it, which takes archives apart with unzip, and what Node builds. */
function withTools(project: Project, { release, extensions, hasPackages, assets }: Tools): SpecValue {
  const libraries = [...new Set(extensions.flatMap((name) => compiled[name] ?? []))];
  const packages = [...(hasPackages ? ["unzip", "git"] : []), ...libraries];
  const extend = extensions.length === 0 ? [] : [`docker-php-ext-install ${extensions.join(" ")}`];
  const copy = { copy: { from: "composer", src: ["/usr/bin/composer"], dest: "/usr/bin/" } };
  const all = {
    copy: { src: [project.inContext(".")], dest: "/app/", exclude: ["**/node_modules", "vendor", "**/.git"] },
  };
  const install = "composer install --no-dev --no-interaction --optimize-autoloader";
  const made = { copy: { from: "assets", src: ["/app/public/build"], dest: "/app/public/build" } };
  const node = [all, project.has("package-lock.json") ? "npm ci" : "npm install", "npm run build"];
  return {
    ...(hasPackages ? { composer: { from: "composer:2" } } : {}),
    ...(assets ? { assets: { from: "node:24-slim", workdir: "/app", build: node } } : {}),
    main: {
      from: `php:${release}-cli`,
      ...(packages.length === 0 ? {} : { packages }),
      ...(assets ? { workdir: "/app" } : {}),
      build: [...extend, ...(hasPackages ? [copy] : []), ...(assets ? [all, install, made] : [])],
    },
  };
}
