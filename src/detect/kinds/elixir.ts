import { type Detector, evidenceAt, type Found } from "../candidate.ts";

/** Applications of Elixir: recognised, and not built from their sources yet. */
export const elixir: Detector = {
  looksFor: ["mix.exs"],
  async find(project): Promise<readonly Found[]> {
    const text = await project.text("mix.exs");
    const name = /\bapp:\s*:(?<name>\w+)/u.exec(text)?.groups?.["name"];
    if (name === undefined) return [];
    return [
      {
        name: text.includes(":phoenix") ? "Phoenix" : "Elixir",
        confidence: 85,
        evidence: [evidenceAt("mix.exs", `the application ${name}`, { text, shows: "app:" })],
        reason: "a release of Mix starts by a script of its own, which is not written by detection",
        hint: `write a spec that runs mix release and names _build/prod/rel/${name}/bin/${name} in binaries`,
      },
    ];
  },
};
