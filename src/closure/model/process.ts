import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { ProcessContext, Runtime, RuntimeInterfaceClient, RuntimePlugin } from "./closure.ts";
import type { LoaderProcess } from "./loader.ts";
import type { View } from "./view.ts";

/** How a program is started. */
export interface StartOptions {
  readonly args: readonly string[];
  /** The directory that it is started in, where that is not the image's. */
  readonly workdir?: AbsPath;
  /** Variables that whoever started it sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** True for the process that the image starts, and for what its shebang runs. */
  readonly isImage: boolean;
  /** True when the application is traced in this process. */
  readonly hasApp: boolean;
  /** Scripts that led here. */
  readonly shebangDepth: number;
  /** True for what is named as an interpreter: by the spec, or by the first line of a script. */
  readonly isInterpreter: boolean;
  /** True where nothing proves that the program is started: what it lacks in the builder is no error. */
  readonly isSuggested?: boolean;
  /** True where only files of packages suggest it, and nothing that the builder's author wrote. */
  readonly isHelper?: boolean;
  /** The first script that led here, by its real path. */
  readonly script?: AbsPath | undefined;
  /** The script that stands for an interpreter, and that this program runs. */
  readonly wrapper?: AbsPath;
  /** The script that stands for an interpreter, of which a command started this program. */
  readonly behind?: AbsPath;
  /** The file that names the program with these arguments. */
  readonly startedBy?: string;
  /** Programs that started each other with known arguments, up to here. */
  readonly launchDepth: number;
}

export const bareStart: StartOptions = {
  args: [],
  isImage: false,
  hasApp: false,
  isInterpreter: false,
  shebangDepth: 0,
  launchDepth: 0,
};

/** One process of the image: a program with its loader and its run-time. */
export interface Process {
  /** Orders processes, and names them in the worklist. */
  readonly key: string;
  readonly view: View;
  readonly program: AbsPath;
  readonly realProgram: AbsPath;
  readonly start: StartOptions;
  readonly context: ProcessContext;
  readonly loader: LoaderProcess | undefined;
  readonly plugin: RuntimePlugin | undefined;
  /** Those whose languages its libraries run. */
  embedded?: RuntimePlugin[];
  /** True where the plug-in knows a library that the program needs, and not the program itself. */
  readonly isEmbedder: boolean;
  /** That of the plug-in; a library brings further ones into a process that runs code of their languages. */
  runtime: Runtime | undefined;
  /** Set when it is a platform's client that calls a function. */
  readonly runtimeInterfaceClient: RuntimeInterfaceClient | undefined;
  /** How many of the loader's objects the dlopen rules have seen. */
  rulesSeen: number;
}
