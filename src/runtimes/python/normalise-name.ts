/** PEP 503. */
export function normaliseName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/gu, "-");
}
