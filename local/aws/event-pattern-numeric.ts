import { InvalidEventPattern } from './invalid-event-pattern.ts'

/** EventBridge compares numbers between -5e9 and 5e9. */
const LIMIT = 5_000_000_000

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

/** `['=', 1]`, `['>', 0]`, or a range as `['>=', 0, '<', 5]`. */
export const compileNumeric = (operand: unknown): ((value: unknown) => boolean) => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw new InvalidEventPattern('numeric takes one comparison or two')
  const tests = Array.from({ length: operand.length / 2 }, (_, index) => compileComparison(operand[2 * index], operand[2 * index + 1]))
  return (value) => typeof value === 'number' && tests.every((test) => test(value))
}

const compileComparison = (operator: unknown, bound: unknown): ((value: number) => boolean) => {
  const compare = typeof operator === 'string' && Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined
  if (compare === undefined) throw new InvalidEventPattern(`Unrecognized numeric range operator: ${String(operator)}`)
  if (typeof bound !== 'number' || Math.abs(bound) > LIMIT)
    throw new InvalidEventPattern(`the value of ${String(operator)} must be a number`)
  return (value) => compare(value, bound)
}
