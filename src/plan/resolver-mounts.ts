/** Where the resolver finds what its step mounts, in the frontend's image. */
export const resolverMounts = {
  request: "/pith/request",
  closure: "/pith/closure",
  /** A folder below it for each tree: `/pith/roots/0`. */
  roots: "/pith/roots",
  secrets: "/pith/secrets",
  vulnerabilities: "/pith/vulnerabilities",
  observed: "/pith/observed",
  observedInBuilder: "/pith/observed-builder",
  out: "/pith/out",
} as const;

/** Trees that the frontend's image has mount points for. */
export const maximumTrees = 32;

/** Where the tree of an index is mounted. */
export function rootMount(index: number): string {
  return `${resolverMounts.roots}/${String(index)}`;
}

/** Every folder that has to be in the frontend's image: a step mounts over what is there. */
export const mountPoints: readonly string[] = [
  ...Object.values(resolverMounts).filter((path) => path !== resolverMounts.roots),
  ...Array.from({ length: maximumTrees }, (_, index) => rootMount(index)),
];
