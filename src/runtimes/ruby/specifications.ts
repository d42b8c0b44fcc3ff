import type { PackageRegister } from "../../languages/package-register.ts";

/** Specifications of gems: RubyGems reads all where no directory of the load path has what is required. */
export const gemSpecifications: PackageRegister = { paths: /\/specifications\/(?:default\/)?[^/]+\.gemspec$/u };
