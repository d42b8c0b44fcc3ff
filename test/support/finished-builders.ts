import { join } from "node:path";
import { output } from "../../scripts/lib/command.ts";
import { pith } from "./command-line.ts";
import { mustBuild } from "./engine.ts";

export interface Assembled {
  /** The image's configuration, as its bytes are. */
  readonly config: string;
  /** The given trees, as options. */
  readonly given: readonly string[];
}

/**
 * Makes the image of a spec with the command line, which is handed over what it misses: each builder, and what is
 * installed for the application, as the engine has made them. `tag`: what these are called in the engine's store.
 */
export async function assembleFromEngine(
  spec: string,
  {
    tag,
    target,
    build,
  }: { readonly tag: string; readonly target: string | undefined; readonly build: readonly string[] },
): Promise<Assembled> {
  const common = ["-f", spec, ...(target === undefined ? [] : ["--target", target]), ...build];
  const asked = await pith(["resolve", ...common]);
  const given: string[] = [];
  const make = async (part: string): Promise<string> => {
    const name = `${tag}-${part.replace(":", "-").toLowerCase()}`;
    await mustBuild({ spec, tag: name, args: [...build, "--target", part] });
    return `docker-daemon:${name}`;
  };
  for (const [, builder = ""] of asked.err.matchAll(/SOURCE_NEEDED: cannot make the builder (\S+):/gu)) {
    given.push("--source", `${builder}=${await make(`builder:${builder}`)}`);
  }
  if (asked.err.includes("SOURCE_NEEDED: cannot install the application's dependencies")) {
    given.push("--dependencies", await make("dependencies"));
  }
  const { code, err, folder } = await pith(["build", ...common, ...given, "-o", "docker-archive:out.tar"]);
  if (code !== 0) throw new Error(`cannot assemble ${spec}:\n${err}`);
  const member = async (name: string): Promise<string> => output("tar", ["-xOf", join(folder, "out.tar"), name]);
  const manifest = await member("manifest.json");
  return { config: await member(/"Config":"([^"]+)"/u.exec(manifest)?.[1] ?? ""), given };
}
