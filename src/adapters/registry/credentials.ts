/** How to prove who one is to one registry. */
export type Credentials =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  /** Is exchanged for tokens (what `docker login` keeps as `identitytoken`). */
  | { readonly kind: "identity"; readonly token: string }
  /** Is sent as it is. */
  | { readonly kind: "token"; readonly token: string };

/** Characters that may not stand in any message. */
export function secretsOf(credentials: Credentials): readonly string[] {
  if (credentials.kind !== "password") return [credentials.token];
  return [credentials.password, basicOf(credentials)];
}

/** The value of a basic `Authorization` header (RFC 7617), without its scheme. */
export function basicOf({ user, password }: { readonly user: string; readonly password: string }): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}
