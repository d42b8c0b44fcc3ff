import type { DlopenRule } from "../closure.ts";
import { dlopenNotes } from "./dlopen-notes.ts";
import { gconv } from "./gconv.ts";
import { libgcc } from "./libgcc.ts";
import { nginx } from "./nginx.ts";
import { nss } from "./nss.ts";
import { openssl } from "./openssl.ts";

/** Every dlopen rule that Pith knows, sorted by name. */
export const dlopenRules: readonly DlopenRule[] = [dlopenNotes, gconv, libgcc, nginx, nss, openssl];
