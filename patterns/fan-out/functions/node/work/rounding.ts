// Rounds what the work comes to. Numbers above zero only.

/** The nearest whole number, and from the middle the even one, where Math.round always goes up. */
export function rounded(value: number): number {
  const above = Math.round(value);
  return above - value === 0.5 && above % 2 === 1 ? above - 1 : above;
}
