/** Secrets: what they are, hiding them, putting them back where a process is started. */

export { makeMask, MASKED, maskText } from "./mask.ts";
export { makeVault, type Vault } from "./vault.ts";
