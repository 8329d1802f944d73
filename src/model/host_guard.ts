/** Owns what a loop wants when the machine has little memory left for another agent (EXEC 9.5). */

/** What the guard does, and when. */
export interface HostGuard {
  readonly enabled: boolean;
  /** The pause before a prompt. */
  readonly cooldownMs: number;
  /** From this part of the memory in use on there is a pause, in percent. */
  readonly warnPct: number;
  /** From this part on `onPressure` holds. */
  readonly criticalPct: number;
  readonly onPressure: "cool_down" | "route" | "abort";
  /** Where `route` leads. */
  readonly pressureState?: string;
  /** Where `abort` leads; without it the run ends. */
  readonly onAbortRoute?: string;
}

/** Values of `on_pressure`. */
export const PRESSURES: readonly HostGuard["onPressure"][] = [
  "abort",
  "cool_down",
  "route",
];

/** The guard of a loop that says nothing. */
export const DEFAULT_HOST_GUARD: HostGuard = {
  enabled: true,
  cooldownMs: 500,
  warnPct: 75,
  criticalPct: 85,
  onPressure: "cool_down",
};

/** Returns where a guard leads under pressure, and by which rule; `null` where it ends the run or only pauses. */
export function pressureWay(
  { onPressure, pressureState, onAbortRoute }: HostGuard,
): { readonly target: string; readonly by: string } | null {
  switch (onPressure) {
    case "cool_down":
      return null;
    case "route":
      return pressureState === undefined
        ? null
        : { target: pressureState, by: "pressure_state" };
    case "abort":
      return onAbortRoute === undefined
        ? null
        : { target: onAbortRoute, by: "on_abort_route" };
  }
}
