import { fieldOf, parseRecord } from "../../formats/json/json-object.ts";
import type { SpecValue } from "../../spec/flow-text.ts";
import { type Detector, type Evidence, evidenceAt, type Found } from "../candidate.ts";
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
    const script = scripts.length === 1 && root === undefined ? scripts[0] : undefined;
    if (root === undefined && script === undefined) return [];
    const range = typeof requires["php"] === "string" ? requires["php"] : "";
    const release = newestAllowed(range, releases) ?? releases[0] ?? "";
    const evidence: readonly Evidence[] = [
      ...(text === "" ? [] : [evidenceAt("composer.json", "the list of Composer", { text, shows: '"require"' })]),
      { file: root ?? script ?? "", fact: root === undefined ? "the only script" : "the first page" },
    ];
    const src = project.inContext(".");
    const hasPackages = Object.keys(requires).some((name) => name.includes("/"));
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
    const keys = [
      hasPackages
        ? { key: "builders", value: withComposer(release), because: fromBecause }
        : { key: "from", value: `php:${release}-cli`, because: fromBecause },
      { key: "interpreter", value: "php" },
      { key: "app", value: hasPackages && !isLocked ? { src, dependencies: "composer" } : src },
      {
        key: "cmd",
        value: root === undefined ? [script ?? ""] : server,
        because: root === undefined ? "the only script" : because,
      },
      ...(isLaravel ? [{ key: "env", value: { APP_ENV: "production", LOG_CHANNEL: "stderr" } }] : []),
      ...(root === undefined ? [] : [{ key: "ports", value: [8000] }]),
    ];
    const name = isLaravel ? "Laravel" : requires["slim/slim"] === undefined ? "PHP" : "Slim";
    return [{ name, confidence: isLaravel ? 88 : text === "" ? 60 : 75, evidence, keys }];
  },
};

/** PHP with Composer beside it, which takes archives apart with unzip. */
function withComposer(release: string): SpecValue {
  const copy = { copy: { from: "composer", src: ["/usr/bin/composer"], dest: "/usr/bin/" } };
  return {
    composer: { from: "composer:2" },
    main: { from: `php:${release}-cli`, packages: ["unzip", "git"], build: [copy] },
  };
}
