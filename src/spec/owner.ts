/** `uid`, `uid:gid` or `root`; anything else counts as root. */
export function parseOwner(owner: string | undefined): { readonly uid: number; readonly gid: number } {
  const [user = "0", group = user] = (owner ?? "0:0").split(":");
  return { uid: toId(user), gid: toId(group) };
}

function toId(text: string): number {
  if (text === "nonroot") return 65_532;
  if (text === "nobody" || text === "nogroup") return 65_534;
  return /^\d{1,10}$/.test(text) ? Number(text) : 0;
}
