import { copy } from "../../../src/adapters/images/copy.ts";
import { directoryFiles } from "../../../src/adapters/images/file-tree.ts";
import { layoutSource, layoutTarget } from "../../../src/adapters/images/layout-target.ts";
import type { Target } from "../../../src/adapters/images/target.ts";
import { type Clock, systemClock } from "../../../src/adapters/registry/clock.ts";
import { openRegistries, type Registries, type RegistrySettings } from "../../../src/adapters/registry/connect.ts";
import { repositoryTarget } from "../../../src/adapters/registry/open-repository.ts";
import { BuildError } from "../../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../../src/diagnostics/render.ts";
import { parseReference } from "../../../src/formats/oci/reference.ts";
import type { Driven, FaultTask } from "./run-fault.ts";

/** A clock that does not wait between tries, but notes how long it was to. */
export function quickClock(slept: number[] = []): Clock {
  return {
    ...systemClock,
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      slept.push(milliseconds);
      signal?.throwIfAborted();
      await new Promise((resolve) => void setImmediate(resolve));
    },
  };
}

/** Opens repositories for tests: no settings of this machine, and nothing said unless it is listened to. */
export function testRegistries(settings: Partial<RegistrySettings> = {}): Registries {
  return openRegistries({ env: {}, certificateFolders: [], clock: quickClock(), warned() {}, ...settings });
}

export async function openTestRepository(
  registries: Registries,
  text: string,
  takingFrom?: string,
): Promise<{ readonly target: Target; readonly tag: string | undefined }> {
  const reference = parseReference(text);
  if (reference === undefined) throw new Error(`${text} is no reference`);
  const access = { isWriting: true, ...(takingFrom === undefined ? {} : { takingFrom }) };
  return { target: repositoryTarget(await registries.open(reference, access)), tag: reference.tag };
}

/** Copies as `pith copy` does, inside this process. */
export async function drivePith(task: FaultTask, settings: Partial<RegistrySettings>): Promise<Driven> {
  const registries = testRegistries({ env: { DOCKER_CONFIG: task.configFolder }, ...settings });
  try {
    const { target, tag } = await openTestRepository(registries, task.reference);
    if (task.side === "push") {
      const files = directoryFiles(task.layout);
      await copy(layoutSource(files, task.layout), target, { from: "1", to: tag }).finally(() => files.close());
    } else {
      const layout = layoutTarget(task.layout);
      await copy(target, layout, { from: tag, to: "1" }).finally(() => layout.abandon());
    }
    return { isFine: true, said: "" };
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    return { isFine: false, said: renderText(failure.diagnostics, []) };
  } finally {
    await registries.close();
  }
}
