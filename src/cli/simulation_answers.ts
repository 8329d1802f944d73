/** Owns who decides in a simulation: a list, a scenario, or whoever sits at the terminal. */

import {
  chooseByAsking,
  chooseByScenario,
  chooseByVerdicts,
  type Chooser,
  NO_VERDICTS,
  type VerdictList,
} from "../app/simulate/mod.ts";
import { type Scenario, SCENARIOS } from "../model/mod.ts";
import type { Stream } from "../ports/mod.ts";
import type { Style } from "../view/mod.ts";
import { askVerdict } from "./ask_verdict.ts";
import type { Session } from "./program.ts";

/** Decides where nothing else does. */
const DEFAULT_SCENARIO: Scenario = "all-pass";

/** The answers that a command line asks for. */
export class Answers {
  /** `--verdicts` as it was typed. */
  readonly verdicts: string | null;
  /** The scenario for what the verdicts leave open; `null` where somebody is asked. */
  readonly scenario: Scenario | null;
  readonly #session: Session;
  readonly #list: VerdictList;
  readonly #screen: { readonly stream: Stream; readonly style: Style };

  constructor(
    session: Session,
    options: {
      readonly verdicts: VerdictList;
      /** Where questions are printed. */
      readonly stream: Stream;
      readonly style: Style;
    },
  ) {
    const { verdicts, stream, style } = options;
    this.#session = session;
    this.#list = verdicts;
    this.#screen = { stream, style };
    this.verdicts = session.options.text("verdicts");
    const typed = session.options.text("scenario");
    const canAsk = this.verdicts === null && session.stdin.isTerminal &&
      stream.isTerminal;
    this.scenario = SCENARIOS.find((name) => name === typed) ??
      (canAsk ? null : DEFAULT_SCENARIO);
  }

  get isAsking(): boolean {
    return this.scenario === null;
  }

  /** Who decides, in words. */
  get words(): string {
    if (this.scenario === null) {
      return "yours, at each state; Ctrl-D ends the simulation";
    }
    const isChosen = this.#session.options.has("scenario");
    const scenario = `scenario ${this.scenario}`;
    if (this.verdicts === null) {
      return isChosen
        ? scenario
        : `${scenario}; choose with --scenario or --verdicts`;
    }
    return `verdicts ${this.verdicts}${isChosen ? `, else ${scenario}` : ""}`;
  }

  /** Returns the chooser; `onAsk` is called before each question. */
  chooser(onAsk: () => void): Chooser {
    const others = this.scenario === null
      ? chooseByAsking((question) => {
        onAsk();
        const { stdin } = this.#session;
        return askVerdict(question, { stdin, ...this.#screen });
      })
      : chooseByScenario(this.scenario);
    return this.#list === NO_VERDICTS
      ? others
      : chooseByVerdicts(this.#list, others);
  }
}
