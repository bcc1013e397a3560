/** One measurement. `against` says what it was compared with in the same run, on the same machine. */
export type Check = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The most `value` may be; null when it is only reported. */
  readonly limit: number | null;
  readonly ok: boolean;
  readonly against: string;
};

/** A measurement held against its limit. A value that is not a number is not ok. */
export function check(measured: Omit<Check, "ok">): Check {
  const { value, limit } = measured;
  return { ...measured, ok: limit === null ? !Number.isNaN(value) : value <= limit };
}
