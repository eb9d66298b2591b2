/**
 * One step of Neumaier's summation: the new sum and what rounding has lost so far
 * (https://doi.org/10.1002/zamm.19740540106). An infinite sum loses nothing.
 */
export function compensatedSum(
  increment: number,
  sum: number,
  rest: number,
): readonly [sum: number, rest: number] {
  const total = sum + increment;
  if (Math.abs(total) === Infinity) return [total, 0];
  const lost = Math.abs(sum) >= Math.abs(increment) ? sum - total + increment : increment - total + sum;
  return [total, rest + lost];
}
