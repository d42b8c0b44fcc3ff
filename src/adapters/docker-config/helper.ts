import { spawn } from "node:child_process";
import { z } from "zod";
import type { Credentials } from "../registry/credentials.ts";

export interface HelperOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A helper may ask a person, or hang: it has this long. */
  readonly helperMilliseconds?: number;
  readonly warned: (text: string) => void;
}

const answerSchema = z.looseObject({ Username: z.string(), Secret: z.string() });
const maximumBytes = 64 * 1024;

/**
 * Asks `docker-credential-NAME get` (docker-credential-helpers). Undefined where it knows nothing, or does not work,
 * which is told without what it said: that may hold a secret.
 */
export async function askHelper(
  name: string,
  server: string,
  options: HelperOptions,
): Promise<Credentials | undefined> {
  const { helperMilliseconds = 10_000, warned } = options;
  const program = `docker-credential-${name}`;
  // A name with a slash would be a path.
  if (!/^[\w.-]{1,100}$/u.test(name)) {
    warned(`cannot ask the credential helper ${JSON.stringify(name.slice(0, 100))}: not a program name`);
    return undefined;
  }
  const answer = await runHelper(program, server, { env: options.env, milliseconds: helperMilliseconds });
  if (answer.kind === "failed") {
    warned(`cannot ask ${program} for the login of ${server}: ${answer.why}`);
    return undefined;
  }
  if (answer.kind === "unknown") return undefined;
  const parsed = answerSchema.safeParse(parseJson(answer.text));
  if (!parsed.success) {
    warned(`cannot use what ${program} answers for ${server}: not a login`);
    return undefined;
  }
  const { Username: user, Secret: secret } = parsed.data;
  if (user === "<token>") return { kind: "identity", token: secret };
  return { kind: "password", user, password: secret };
}

type HelperAnswer =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly why: string };

async function runHelper(
  program: string,
  server: string,
  { env, milliseconds }: { readonly env: HelperOptions["env"]; readonly milliseconds: number },
): Promise<HelperAnswer> {
  return new Promise((resolve) => {
    const child = spawn(program, ["get"], { env: { ...env }, stdio: ["pipe", "pipe", "ignore"] });
    let text = "";
    let why: string | undefined;
    const giveUp = (reason: string): void => {
      why ??= reason;
      child.kill("SIGKILL");
      child.stdout.destroy();
      resolve({ kind: "failed", why });
    };
    const timer = setTimeout(() => giveUp(`it did not answer in ${String(milliseconds / 1000)} seconds`), milliseconds);
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (chunk: string) => {
      text += chunk;
      if (text.length > maximumBytes) giveUp("it answers more than a login");
    });
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ kind: "failed", why: "the program is not there, or cannot be started" });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0) resolve({ kind: "answer", text });
      else if (/credentials not found/iu.test(text)) resolve({ kind: "unknown" });
      else resolve({ kind: "failed", why: `it ended with code ${String(code)}` });
    });
    child.stdin.on("error", () => {
      // It need not read to the end.
    });
    child.stdin.end(server);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
