/** What can be printed of a closure. */
export type PrintKind = "manifest" | "explain" | "diff";
