import { BlockList, isIP } from 'node:net'
import { compileNumeric } from './event-pattern-numeric.ts'
import { InvalidEventPattern } from './invalid-event-pattern.ts'

/** Tests one scalar of an event; `absent` stands for the test that there is none. */
export type Matcher = ((value: unknown) => boolean) | 'absent'
type Predicate = (value: unknown) => boolean

/** One element of a pattern's array: a literal, or an object with a single operator. */
export const compileMatcher = (key: string, element: unknown): Matcher => {
  if (Array.isArray(element)) throw new InvalidEventPattern(`"${key}" holds an array within an array`)
  if (!isObject(element)) return (value) => value === element
  const [operator, operand] = soleEntry(element)
  if (operator !== 'exists') return compileOperator(operator, operand)
  if (typeof operand !== 'boolean') throw new InvalidEventPattern('exists must be true or false')
  return operand ? () => true : 'absent'
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const compileOperator = (operator: string, operand: unknown): Predicate => {
  switch (operator) {
    case 'anything-but':
      return compileAnythingBut(operand)
    case 'numeric':
      return compileNumeric(operand)
    case 'cidr':
      return compileCidr(operand)
    default:
      return compileText(operator, operand)
  }
}

const compileText = (operator: string, operand: unknown): Predicate => {
  switch (operator) {
    case 'equals-ignore-case': {
      const wanted = text(operator, operand).toLowerCase()
      return (value) => typeof value === 'string' && value.toLowerCase() === wanted
    }
    case 'prefix':
      return compileAffix(operator, operand, (value, affix) => value.startsWith(affix))
    case 'suffix':
      return compileAffix(operator, operand, (value, affix) => value.endsWith(affix))
    case 'wildcard': {
      const expression = compileWildcard(text(operator, operand))
      return (value) => typeof value === 'string' && expression.test(value)
    }
    default:
      throw new InvalidEventPattern(`Unrecognized match type ${operator}`)
  }
}

const compileAffix = (operator: string, operand: unknown, test: (value: string, affix: string) => boolean): Predicate => {
  if (!isObject(operand)) {
    const affix = text(operator, operand)
    return (value) => typeof value === 'string' && test(value, affix)
  }
  const [inner, folded] = soleEntry(operand)
  if (inner !== 'equals-ignore-case') throw new InvalidEventPattern(`Unrecognized match type ${inner} within ${operator}`)
  const affix = text(inner, folded).toLowerCase()
  return (value) => typeof value === 'string' && test(value.toLowerCase(), affix)
}

const compileAnythingBut = (operand: unknown): Predicate => {
  if (isObject(operand)) {
    const [operator, unwanted] = soleEntry(operand)
    const excluded = list(unwanted).map((one) => compileText(operator, one))
    return (value) => !excluded.some((matches) => matches(value))
  }
  const unwanted = list(operand)
  if (!unwanted.every((one) => typeof one === 'string' || typeof one === 'number'))
    throw new InvalidEventPattern('anything-but takes a string, a number, or a list of them')
  return (value) => !unwanted.some((one) => one === value)
}

/** `*` is any number of characters; a backslash takes its meaning from it, and from a backslash. */
const compileWildcard = (wildcard: string): RegExp => {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(wildcard)) throw new InvalidEventPattern('consecutive wildcard characters')
  const parts = wildcard.matchAll(/\\([\\*])|(\*)|([^\\*])/gsu).toArray()
  if (parts.map(([part]) => part).join('') !== wildcard) throw new InvalidEventPattern('invalid escape character in a wildcard')
  const source = parts.map(([, escaped, star, plain]) => (star === undefined ? RegExp.escape(escaped ?? plain ?? '') : '.*'))
  return new RegExp(`^${source.join('')}$`, 's')
}

const compileCidr = (operand: unknown): Predicate => {
  const [network = '', bits = ''] = text('cidr', operand).split('/')
  const family = isIP(network)
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) throw new InvalidEventPattern('malformed CIDR')
  const block = new BlockList()
  block.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return (value) => typeof value === 'string' && isIP(value) === family && block.check(value, family === 4 ? 'ipv4' : 'ipv6')
}

const soleEntry = (object: Readonly<Record<string, unknown>>): readonly [string, unknown] => {
  const [entry, ...others] = Object.entries(object)
  if (entry === undefined || others.length > 0) throw new InvalidEventPattern('a match expression has exactly one key')
  return entry
}

const text = (operator: string, operand: unknown): string => {
  if (typeof operand !== 'string') throw new InvalidEventPattern(`${operator} match pattern must be a string`)
  return operand
}

const list = (operand: unknown): readonly unknown[] => {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  if (values.length === 0) throw new InvalidEventPattern('empty arrays are not allowed')
  return values
}
