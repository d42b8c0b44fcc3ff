import { expect, it } from "vitest";
import { resolveClosure } from "../../../src/closure/walk/resolve.ts";
import { readImageFacts } from "../../../src/resolver/image-facts.ts";
import { accounts } from "../../../src/system/accounts/accounts.ts";
import { bare, binary, type ClosureCase, openCase } from "../../support/closure.ts";

const root = `
//- /usr/bin/tool 0755 elf=x86_64 static
//- /etc/passwd
web:x:700:700::/nonexistent:/bin/sh
odd:x:701:33::/nonexistent:/bin/sh
//- /etc/group
web:x:700:
www:x:33:
drop:x:712:web,odd
`;

/** The user of an image, whose groups of the spec list some members. */
async function userOf(user: string, members: readonly string[] = []): Promise<string | undefined> {
  const groups = members.length === 0 ? [] : [{ name: "drop", gid: 712, members }];
  const input: ClosureCase = { root, roots: [binary("tool")], process: { user }, accounts: { users: [], groups } };
  const { request, views } = openCase(input);
  const view = views.get("main");
  if (view === undefined) throw new Error("no view");
  const closure = await resolveClosure(request, views, { ...bare, features: [accounts] });
  return (await readImageFacts(closure, { request, view })).config.user;
}

it("states no group for a user that other groups list, as an engine gives these to nobody else", async () => {
  expect(await userOf("nonroot")).toBe("65532:65532");
  expect(await userOf("nonroot", ["web"])).toBe("65532:65532");
  expect(await userOf("nonroot", ["nonroot"])).toBe("65532");
  expect(await userOf("web", ["web"])).toBe("700");
  expect(await userOf("root", ["root"])).toBe("0");
});

it("states the group that the spec names, and one whose number is not the user's", async () => {
  expect(await userOf("nonroot:drop", ["nonroot"])).toBe("65532:712");
  expect(await userOf("odd", ["odd"])).toBe("701:33");
});
