import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { Script } from "node:vm";

/*
 * Started as NAME.js, it runs NAME.main.js beside it, with the code of it that NAME.code keeps. Node's own cache has
 * what V8 compiles before a program starts; most functions are compiled when they are first called, and builds would
 * wait for them again and again.
 */
const base = __filename.slice(0, -".js".length);
const mainPath = `${base}.main.js`;
const codePath = `${base}.code`;
// Bundles are ASCII, which V8 then holds in a byte a character.
const source = readFileSync(mainPath, "latin1");
const isKept = process.env["PITH_KEEP_CODE"] === "1";
if (isKept) forgetHeapSizes();
const cachedData = existsSync(codePath) ? readFileSync(codePath) : undefined;
const script = new Script(source, { filename: mainPath, ...(cachedData === undefined ? {} : { cachedData }) });
if (isKept) keepCode();
// oxlint-disable-next-line typescript/no-unsafe-call -- a bundle is one function
script.runInThisContext()(createRequire(__filename));

/**
 * The heap has the sizes that the warm-up starts with; V8 takes code only where its flags are those that it was made
 * with.
 */
function forgetHeapSizes(): void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  for (const flag of ["initial-heap-size", "min-semi-space-size", "max-semi-space-size"])
    setFlagsFromString(`--${flag}=0`);
}

/** Keeps what is compiled until the end, with what was kept before. */
function keepCode(): void {
  // Not needed by builds, so not loaded for them.
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  // The work of the optimizing compilers and the collector depends on the clock, and would make other bytes every time.
  const varying = ["opt", "maglev", "sparkplug", "use-osr", "flush-bytecode"];
  for (const flag of varying) setFlagsFromString(`--no-${flag}`);
  stopClock();
  process.on("exit", () => {
    // V8 takes code only where its flags are those that the code was made with.
    for (const flag of varying) setFlagsFromString(`--${flag}`);
    setFlagsFromString("--heap-growing-percent=0");
    writeFileSync(codePath, script.createCachedData(), { mode: 0o644 });
  });
}

/** No timer goes off: on a busy machine some would before the end, and what they call would be kept too. */
function stopClock(): void {
  const longest = 2 ** 31 - 1;
  for (const name of ["setTimeout", "setInterval"] as const) {
    const start = globalThis[name];
    const started: unknown = (work: () => void, milliseconds = 0) => start(work, milliseconds > 0 ? longest : 0);
    Object.defineProperty(globalThis, name, { value: started });
  }
}
