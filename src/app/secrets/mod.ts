/** Secrets: what they are, hiding them, putting them back where a process is started. */

export { makeMask, maskText } from "./mask.ts";
export { Vault } from "./vault.ts";
