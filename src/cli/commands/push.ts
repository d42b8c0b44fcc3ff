import { parseRegistryName } from "../../adapters/images/image-location.ts";
import { refuse } from "../../adapters/images/refuse.ts";
import type { Command } from "../command.ts";
import { parseSourceLocation } from "../image-locations.ts";
import { copyOptions, runCopy } from "./copy.ts";

/** `pith push`: an image of this machine to a registry. */
export const push: Command = {
  name: "push",
  summary: "Push an image of this machine to a registry",
  description: `Sends an image to a registry. From an OCI layout it goes as it is; what docker save writes, and what the Docker engine has, is
compressed on the way. NAME is an image's name with its registry. Logins are those of docker login.

An IMAGE is a layout or an archive, or the name of an image that the Docker engine has; to say which, write oci:DIR[:TAG],
oci-archive:FILE[:TAG], docker-archive:FILE[:TAG] or docker-daemon:NAME.`,
  operands: { usage: "IMAGE NAME", least: 2, most: 2 },
  options: copyOptions,
  examples: [
    { line: "pith push oci-archive:out.tar localhost:5000/app:1", does: "Push what pith build has written." },
    { line: "pith push docker-daemon:app:1 localhost:5000/app:1", does: "Push what the Docker engine has." },
  ],
  async run(call) {
    const [from = "", to = ""] = call.words.operands;
    const reference = parseRegistryName(to);
    if (reference === undefined) {
      throw refuse(
        "REGISTRY_REFERENCE",
        `cannot push to ${JSON.stringify(to.replace(/^[^@]*@(?!sha\d{3}:)/u, "***@"))}: not a name with its registry`,
        "write it as localhost:5000/app:1",
      );
    }
    if ((await parseSourceLocation(from, call.hostFolder)).kind === "registry") {
      throw refuse("SOURCE_INVALID", `cannot push ${from}: it is in a registry already`, "use pith copy");
    }
    return runCopy(call, from, { text: to, location: { kind: "registry", reference } });
  },
};
