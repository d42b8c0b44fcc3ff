import process from "node:process";

/** What Node says of experiments of its own tells those nothing who build; other warnings stand as one line. */
export function withoutExperiments(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") console.error(`${warning.name}: ${warning.message}`);
  });
}
