import { join } from "node:path";
import { projectFolder } from "../../scripts/lib/project.ts";

/** The folder of the JSON schemas of the OCI image specification. */
export const ociSchemas: string = join(projectFolder, "test/data/schemas/oci");

/** The folder of the JSON schema of SPDX. */
export const spdxSchemas: string = join(projectFolder, "test/data/schemas/spdx");
