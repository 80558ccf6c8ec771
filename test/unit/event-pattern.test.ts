import { describe, expect, it } from 'vitest'
import { matchesPattern } from '../../local/aws/event-pattern.ts'

const event = {
  source: 'alpha-kite.pipeline',
  'detail-type': 'Reauthorized',
  resources: ['arn:one', 'arn:two'],
  detail: {
    outageId: '7F',
    parked: 12,
    price: -1.5,
    nothing: null,
    empty: '',
    none: [],
    path: 'a*b\\c',
    ip: '10.0.0.9',
    ip6: '2001:db8::1',
    ok: true,
    mixed: [{ first: 1 }, { second: 2 }],
    legs: [
      { ticker: 'QQQ', count: 1 },
      { ticker: 'SPY', count: 2 },
    ],
  },
}
const detail = (pattern: unknown) => ({ detail: pattern })

describe('an event pattern matches', () => {
  it.each([
    ['a value', { source: ['alpha-kite.pipeline'] }],
    ['any of several values', { source: ['x', 'alpha-kite.pipeline'] }],
    ['every field together', { source: ['alpha-kite.pipeline'], 'detail-type': ['Reauthorized'] }],
    ['a number', detail({ parked: [12] })],
    ['a boolean', detail({ ok: [true] })],
    ['null', detail({ nothing: [null] })],
    ['an empty string', detail({ empty: [''] })],
    ['any element of an array', { resources: ['arn:two'] }],
    ['a prefix', { source: [{ prefix: 'alpha-' }] }],
    ['a prefix in any case', { source: [{ prefix: { 'equals-ignore-case': 'ALPHA-' } }] }],
    ['a suffix', { source: [{ suffix: '.pipeline' }] }],
    ['a suffix in any case', { source: [{ suffix: { 'equals-ignore-case': '.PIPELINE' } }] }],
    ['any case', detail({ outageId: [{ 'equals-ignore-case': '7f' }] })],
    ['anything but a value', { source: [{ 'anything-but': 'x' }] }],
    ['anything but values', detail({ parked: [{ 'anything-but': [1, 2] }] })],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'beta' } }] }],
    ['anything but suffixes', { source: [{ 'anything-but': { suffix: ['.a', '.b'] } }] }],
    ['anything but a word in any case', { source: [{ 'anything-but': { 'equals-ignore-case': 'X' } }] }],
    ['anything but a wildcard', { source: [{ 'anything-but': { wildcard: 'beta*' } }] }],
    ['anything but, when one element of an array is something else', { resources: [{ 'anything-but': 'arn:one' }] }],
    ['a number that is equal', detail({ parked: [{ numeric: ['=', 12] }] })],
    ['a number in a range', detail({ parked: [{ numeric: ['>', 11, '<=', 12] }] })],
    ['a negative number', detail({ price: [{ numeric: ['<', 0] }] })],
    ['a field that exists', detail({ outageId: [{ exists: true }] })],
    ['a null field that exists', detail({ nothing: [{ exists: true }] })],
    ['a field that does not exist', detail({ missing: [{ exists: false }] })],
    ['a field below one that does not exist', detail({ missing: { deeper: [{ exists: false }] } })],
    ['an empty array as one that does not exist', detail({ none: [{ exists: false }] })],
    ['a missing field or a value', detail({ outageId: [{ exists: false }, '7F'] })],
    ['wildcards', { source: [{ wildcard: 'alpha*pipe*' }] }],
    ['a literal star and backslash', detail({ path: [{ wildcard: 'a\\*b\\\\*' }] })],
    ['an IPv4 network', detail({ ip: [{ cidr: '10.0.0.0/24' }] })],
    ['an IPv6 network', detail({ ip6: [{ cidr: '2001:db8::/32' }] })],
    ['one of two alternatives', { $or: [{ source: ['x'] }, { 'detail-type': ['Reauthorized'] }] }],
    ['an alternative below', detail({ $or: [{ parked: [1] }, { ok: [true] }] })],
    ['two fields of the same array element', detail({ legs: { ticker: ['SPY'], count: [2] } })],
  ])('%s', (_what, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(true)
  })
})

describe('an event pattern does not match', () => {
  it.each([
    ['another value', { source: ['alpha'] }],
    ['when one field differs', { source: ['alpha-kite.pipeline'], 'detail-type': ['Died'] }],
    ['a missing field', detail({ missing: ['x'] })],
    ['an inherited field', { constructor: { name: ['Object'] } }],
    ['a number as text', detail({ parked: ['12'] })],
    ['another case', detail({ outageId: ['7f'] })],
    ['null for a missing field', detail({ missing: [null] })],
    ['another prefix', { source: [{ prefix: 'kite' }] }],
    ['a number by its prefix', detail({ parked: [{ prefix: '1' }] })],
    ['anything but the value', { source: [{ 'anything-but': 'alpha-kite.pipeline' }] }],
    ['anything but the prefix', { source: [{ 'anything-but': { prefix: ['beta', 'alpha'] } }] }],
    ['anything but, when the field is missing', detail({ missing: [{ 'anything-but': 'x' }] })],
    ['a number at an open bound', detail({ parked: [{ numeric: ['>', 12] }] })],
    ['a number outside a range', detail({ parked: [{ numeric: ['>=', 0, '<', 12] }] })],
    ['a missing field that should exist', detail({ missing: [{ exists: true }] })],
    ['a field that should not exist', detail({ outageId: [{ exists: false }] })],
    ['a field that should not exist but does in one element of an array', detail({ mixed: { first: [{ exists: false }] } })],
    ['an object that should exist: only leaves do', { detail: [{ exists: true }] }],
    ['a wildcard in the wrong place', { source: [{ wildcard: '*kite' }] }],
    ['a dot of a wildcard as any character', { source: [{ wildcard: 'alpha.kite*' }] }],
    ['an address outside the network', detail({ ip: [{ cidr: '10.0.1.0/24' }] })],
    ['text as an address', detail({ outageId: [{ cidr: '10.0.1.0/24' }] })],
    ['none of the alternatives', { $or: [{ source: ['x'] }, { 'detail-type': ['y'] }] }],
    ['an alternative when another field differs', { source: ['x'], $or: [{ 'detail-type': ['Reauthorized'] }, { source: ['x'] }] }],
    ['two fields of different array elements', detail({ legs: { ticker: ['SPY'], count: [1] } })],
  ])('%s', (_what, pattern) => {
    expect(matchesPattern(pattern, event)).toBe(false)
  })
})

describe('an event pattern is refused', () => {
  it.each([
    ['that is no object', 'source'],
    ['that is empty', {}],
    ['with a value outside an array', { source: 'x' }],
    ['with an empty array', { source: [] }],
    ['with an empty object below', { detail: {} }],
    ['with an array in an array', { source: [['x']] }],
    ['with an unknown operator', { nowhere: [{ 'sounds-like': 'x' }] }],
    ['with two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }],
    ['with a prefix that is no text', { source: [{ prefix: 1 }] }],
    ['with exists that is no boolean', { source: [{ exists: 'yes' }] }],
    ['with anything but null', { source: [{ 'anything-but': null }] }],
    ['with anything but nothing', { source: [{ 'anything-but': [] }] }],
    ['with half a comparison', { source: [{ numeric: ['>'] }] }],
    ['with an unknown comparison', { source: [{ numeric: ['~', 1] }] }],
    ['with a comparison with text', { source: [{ numeric: ['>', '1'] }] }],
    ['with two stars together', { source: [{ wildcard: 'a**' }] }],
    ['with a stray backslash', { source: [{ wildcard: 'a\\b' }] }],
    ['with a malformed network', { source: [{ cidr: '10.0.0.0/33' }] }],
    ['with one alternative', { $or: [{ source: ['x'] }] }],
  ])('%s', (_what, pattern) => {
    expect(() => matchesPattern(pattern, event)).toThrow(expect.objectContaining({ code: 'InvalidEventPatternException' }))
  })
})
