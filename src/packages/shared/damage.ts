import type { Finding } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/** PACKAGE_DB_DAMAGED: what ships does not depend on a package database, so that the image is whole without it. */
export function damagedDatabase(path: AbsPath, reason: string): Finding {
  return {
    severity: "warning",
    code: "PACKAGE_DB_DAMAGED",
    message: `cannot read all of the package database ${path}: ${reason}`,
    hint: "repair it in the builder, or start from an image whose database is whole: packages of which nothing is known are not listed",
  };
}
