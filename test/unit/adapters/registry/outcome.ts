/** `goes`, or the code of the refusal and what it says behind its last colon. */
export function outcome(work: () => unknown): string {
  try {
    work();
    return "goes";
  } catch (failure) {
    const [code = "", ...rest] = (failure instanceof Error ? failure.message : "").split(": ");
    return `${code}: ${rest.at(-1) ?? ""}`;
  }
}
