import { compareLoaders, glibcLoader, muslLoader } from "../support/loader-differential.ts";

/**
 * Compares the simulated loader with the real one on everything there is. Usage:
 * `node test/bench/loader-differential.ts [--root=DIRECTORY] [--sample=N] [--loader=glibc|musl] [DIRECTORY...]`.
 */
const option = (name: string) =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const directories = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));

const { found, compared, differences } = await compareLoaders({
  rootDirectory: option("root") ?? "/",
  directories: directories.length > 0 ? directories : ["/usr", "/opt"],
  sample: Number(option("sample") ?? Number.POSITIVE_INFINITY),
  loader: option("loader") === "musl" ? muslLoader : glibcLoader,
});
for (const { path, expected, actual } of differences) {
  console.log(`${path}\n  loader:     ${JSON.stringify(expected)}\n  simulation: ${JSON.stringify(actual)}`);
}
console.log(`${compared} objects of ${found} compared, ${differences.length} differ`);
