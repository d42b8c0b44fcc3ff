import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { ImageReference } from "../../formats/oci/reference.ts";
import type { Source } from "../images/target.ts";
import { ociError } from "../images/verify-blob.ts";
import type { Mirror } from "./connect.ts";

/** Parses `REGISTRY=HOST[/PREFIX]`. Throws OPTION_INVALID. */
export function parseMirror(text: string): Mirror {
  const found = /^([\w.:[\]-]{1,255})=([\w.:[\]-]{1,255})((?:\/[a-z0-9._-]+)*)\/?$/u.exec(text);
  const [, of, registry, prefix = ""] = found ?? [];
  if (of !== undefined && registry !== undefined) return { of, registry, prefix: prefix.slice(1) };
  throw ociError(
    "OPTION_INVALID",
    `cannot use the mirror ${JSON.stringify(text.slice(0, 200))}: it is not of the form REGISTRY=HOST`,
    "write it as docker.io=mirror.example.com or docker.io=mirror.example.com/prefix",
  );
}

/** The repositories to read an image from: mirrors in their order, then its own. */
export function mirroredReferences(
  { registry, repository }: Pick<ImageReference, "registry" | "repository">,
  mirrors: readonly Mirror[],
): readonly { readonly registry: string; readonly repository: string }[] {
  const fitting = mirrors.filter(({ of }) => of === registry);
  return [
    ...fitting.map((mirror) => ({
      registry: mirror.registry,
      repository: mirror.prefix === "" ? repository : `${mirror.prefix}/${repository}`,
    })),
    { registry, repository },
  ];
}

/**
 * Reads from the first of several places that has what is asked for. A mirror that does not have it, or cannot be
 * asked, is passed over, also in the middle of a blob; one that sent wrong bytes of a blob is not asked for it again.
 */
export function firstOf(sources: readonly [Source, ...Source[]]): Source {
  const [own] = sources.slice(-1);
  const last = own ?? sources[0];
  const mirrors = sources.slice(0, -1);
  // By digest: who has sent bytes of it since somebody complained, and who is not believed any more.
  const senders = new Map<string, Set<Source>>();
  const liars = new Map<string, Set<Source>>();
  return {
    ...last,
    async resolve(reference) {
      for (const source of mirrors) {
        try {
          const found = await source.resolve(reference);
          if (found !== undefined) return found;
        } catch (failure) {
          if (!(failure instanceof BuildError)) throw failure;
        }
      }
      return last.resolve(reference);
    },
    async *fetch(descriptor, offset = 0) {
      let at = offset;
      for (const source of mirrors) {
        if (liars.get(descriptor.digest)?.has(source) === true) continue;
        try {
          for await (const chunk of source.fetch(descriptor, at)) {
            at += chunk.length;
            add(senders, descriptor.digest, source);
            yield chunk;
          }
          if (at >= descriptor.size) return;
        } catch (failure) {
          if (!(failure instanceof BuildError)) throw failure;
        }
      }
      yield* last.fetch(descriptor, at);
    },
    distrust({ digest }) {
      const sent = senders.get(digest);
      senders.delete(digest);
      for (const source of sent ?? []) add(liars, digest, source);
      return sent !== undefined;
    },
  };
}

function add(map: Map<string, Set<Source>>, digest: string, source: Source): void {
  map.set(digest, (map.get(digest) ?? new Set()).add(source));
}
