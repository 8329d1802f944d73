/** Owns a finding as the load steps write it. */

import type { Finding, Origin } from "../model/mod.ts";
import type { Place } from "./located.ts";

/** What is wrong, without where: an error, unless it says otherwise. */
export type Problem =
  & Pick<Finding, "rule" | "message">
  & Partial<Omit<Finding, "rule" | "message" | "at">>;

/** Takes a problem and where it is. */
export type ReportProblem = (problem: Problem, at: Origin | Place) => void;
