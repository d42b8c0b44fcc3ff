import { Worker } from "node:worker_threads";
import type { GrowingAnswer, GrowingCase } from "./growing-worker.ts";

/** A thread may keep so much, what Pith itself is made of included. */
const mostMegabytes = 300;
/** Nobody waits longer for one source, on a machine that is busy with other things. */
const patience = 60_000;

/** Resolves sources in a thread with a bounded memory, which a new one replaces once it fails. */
export class GrowingClosures {
  #thread: Worker | undefined;

  /** What became of a source; a failure where it took all the memory or all the time that there is. */
  async resolve(one: GrowingCase): Promise<GrowingAnswer> {
    const thread = this.#thread ?? (await this.#started());
    return this.#answerOf(thread, one);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.terminate();
  }

  /** A thread that has its code: what loading takes is no source's. */
  async #started(): Promise<Worker> {
    const thread = new Worker(new URL("growing-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
    });
    this.#thread = thread;
    await this.#answerOf(thread, { name: "node", source: "", level: "safe" });
    return thread;
  }

  async #answerOf(thread: Worker, one: GrowingCase): Promise<GrowingAnswer> {
    const { promise, resolve } = Promise.withResolvers<GrowingAnswer>();
    const failed = (failure: string): void => {
      this.#thread = undefined;
      void thread.terminate();
      resolve({ milliseconds: 0, codes: [], failure });
    };
    const answered = (answer: GrowingAnswer): void => resolve(answer);
    const broken = (failure: Error): void => failed(failure.message);
    const timer = setTimeout(() => failed(`no answer in ${String(patience)} ms`), patience);
    thread.once("message", answered);
    thread.once("error", broken);
    thread.postMessage(one, []);
    const answer = await promise;
    clearTimeout(timer);
    thread.off("message", answered);
    thread.off("error", broken);
    // A thread that fails after its last answer is not heard of any more.
    if (this.#thread !== thread) thread.on("error", () => {});
    return answer;
  }
}
