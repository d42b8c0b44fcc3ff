import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Java are known. */
export const javaMarkers: RuntimeMarkers = {
  programs: [{ program: "java", texts: ["JLI_Launch"] }],
};
