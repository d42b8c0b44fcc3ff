import type { PackageRegister } from "../../languages/package-register.ts";

/** Path files of site directories: `site` reads all whenever Python starts. */
export const pathFiles: PackageRegister = { paths: /\/(?:dist|site)-packages\/[^/]+\.pth$/u };
