import { join } from "node:path";
import { z } from "zod";
import { capture } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { answers, type Question } from "./corpus.ts";

/**
 * Asks once, from inside the network namespace of a process. Undefined where there was no answer at all, else whether
 * it was the right one, or what was wrong with it.
 */
export async function askInside(
  pid: number | string,
  question: Question,
): Promise<"right" | { readonly wrong: string } | undefined> {
  const asked = await capture("nsenter", [
    `--target=${pid}`,
    "--net",
    process.execPath,
    join(projectFolder, "scripts/lib/ask-server.ts"),
    JSON.stringify(question),
  ]);
  if (asked.code !== 0) return undefined;
  const wrong = wrongIn(question, answerSchema.parse(JSON.parse(asked.stdout)));
  return wrong === undefined ? "right" : { wrong };
}

const answerSchema = z.object({ status: z.number().optional(), type: z.string().optional(), text: z.string() });

function wrongIn(question: Question, { status, type, text }: z.infer<typeof answerSchema>): string | undefined {
  if ("http" in question) {
    if (status === question.status && answers(text, question.body)) {
      if (question.type === undefined || type?.split(";")[0] === question.type) return undefined;
    }
    return `status ${status ?? 0}, ${type ?? "no type"}: ${text.slice(0, 2000)}`;
  }
  return new RegExp(question.answer, "u").test(text) ? undefined : `answers ${JSON.stringify(text.slice(0, 2000))}`;
}
