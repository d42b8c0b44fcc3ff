import { table } from "./tables.ts";

/** A fault as the clients met it: `R6 blob cut once`, and for each client whether it did as it should. */
export interface JudgedFault {
  readonly name: string;
  readonly isFine: readonly boolean[];
}

/** The promises that faults try, by the word that the names of these faults begin with. */
const promises: Readonly<Record<string, string>> = {
  R1: "Logins work, and go to their registry alone",
  R2: "A login that cannot succeed ends with a finding",
  R3: "A login goes to no file and to no address of a cloud's own",
  R4: "What a registry asks to wait is waited, a minute at most",
  R5: "A registry that fails for a moment is asked again",
  R6: "A blob that is cut goes on where it ended, or from the start",
  R7: "Bytes have the digest and the size that their name has",
  R8: "Silence and trickles end",
  R9: "A redirect leads where it may, without the login",
  R10: "A digest is one, and no path",
  R11: "A manifest is one, of a size and depth that manifests have",
  R13: "Indexes end, and name what they say",
  R14: "An upload that breaks goes on, or ends with a finding",
  R15: "An upload goes to the registry alone",
  R16: "A name is given to what was pushed, or not at all",
  R18: "A blob that is lost meanwhile is pushed again",
};

/**
 * A line for each promise: how many faults try it, how many of these the first client passes, with those that the
 * others pass beside it, and the command.
 */
export function promiseTable(clients: readonly string[], faults: readonly JudgedFault[]): string {
  const groups = [...new Set(faults.map(({ name }) => groupOf(name)))].toSorted(
    (left, right) => numberOf(left) - numberOf(right),
  );
  return table(
    ["promise", "how it is tried", "figure", "command"],
    groups.map((group) => {
      const own = faults.filter(({ name }) => groupOf(name) === group);
      const [first = "0", ...others] = clients.map((_, client) =>
        String(own.filter(({ isFine }) => isFine[client]).length),
      );
      const beside = others.map((passed, index) => `${clients[index + 1] ?? ""} ${passed}`).join(", ");
      const figure = `${first} of ${String(own.length)}${beside === "" ? "" : ` (${beside})`}`;
      const tried = own.length === 1 ? `1 fault, \`${group}\`` : `${String(own.length)} faults, \`${group}\``;
      return [promises[group] ?? group, tried, figure, `\`npx node test/bench/registry-faults.ts --only "${group} "\``];
    }),
  );
}

function groupOf(name: string): string {
  return name.split(" ", 1)[0] ?? "";
}

function numberOf(group: string): number {
  return Number(group.slice(1));
}
