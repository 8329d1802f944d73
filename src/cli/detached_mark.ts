/** Owns the word by which this program knows that it was started to run in the background. */

/** First argument of such a program; neither a command nor a loop can have such a name. */
export const DETACHED_MARK = "--ll-loop-detached";
