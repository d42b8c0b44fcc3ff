import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of PHP are known. */
export const phpMarkers: RuntimeMarkers = {
  programs: [{ program: "php", texts: ["PHP %s (%s) (built: %s"] }],
  scripts: [{ program: "composer", pattern: /Phar::mapPhar\('composer\.phar'\)/ }],
};
