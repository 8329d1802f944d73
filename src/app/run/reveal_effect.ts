/**
 * Owns the border that secrets cross: an effect's references become values right before it is
 * performed, and what comes back loses them before it is journaled.
 */

import {
  type Effect,
  type Json,
  type JsonObject,
  mapTexts,
  type Outcome,
  unreachable,
} from "../../model/mod.ts";
import { maskText, type Vault } from "../secrets/mod.ts";
import { cleanText } from "./clean_text.ts";

/** Returns an effect in which every reference is the value that it stands for. */
export function revealEffect<E extends Effect>(vault: Vault, effect: E): E {
  if (effect.kind === "wait") return effect;
  const reveal = (text: string) => vault.reveal(text);
  return mapTexts(effect as unknown as Json, reveal) as unknown as E;
}

/**
 * Returns an outcome without secrets, and without what could be taken for a reference to one.
 * Streams of an action have been masked while they were read, and definitions when loaded.
 */
export function sealOutcome(
  vault: Vault,
  performed: { readonly effect: Effect; readonly outcome: Outcome },
): Outcome {
  const { effect, outcome } = performed;
  const seal = (text: string) => maskText(vault.mask, cleanText(text));
  const sealError = (error: string | null) =>
    error === null ? null : seal(error);
  switch (outcome.kind) {
    case "observed": {
      // The path of a worktree is ours, and is used as it is.
      const value = effect.kind === "observe"
        ? mapTexts(outcome.value, seal)
        : outcome.value;
      return { ...outcome, value, error: sealError(outcome.error) };
    }
    case "action": {
      const { stdout, stderr } = outcome;
      return {
        ...outcome,
        stdout: { ...stdout, text: cleanText(stdout.text) },
        stderr: { ...stderr, text: cleanText(stderr.text) },
        startError: sealError(outcome.startError),
      };
    }
    case "loaded":
      return { ...outcome, error: sealError(outcome.error) };
    case "judged":
      return {
        ...outcome,
        verdict: seal(outcome.verdict),
        details: mapTexts(outcome.details, seal) as JsonObject,
      };
    case "waited":
      return outcome;
    default:
      return unreachable(outcome);
  }
}
