/** A number in [0, 1); as `Math.random`, but the caller decides where it comes from. */
export type Random = () => number

/** Spreads the bits of a 32-bit whole number, so that neighbours have nothing in common. */
const scramble = (value: number): number => {
  let bits = value | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return (bits ^ (bits >>> 16)) >>> 0
}

/** A 32-bit whole number that depends on every part and on their order. */
export const hashOf = (...parts: readonly (string | number)[]): number => {
  let hash = 0x9e3779b9
  for (const part of parts) {
    const text = String(part)
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
    hash = scramble(hash ^ text.length)
  }
  return hash
}

/** A number in [0, 1) that belongs to these parts: the same on every call and every machine. */
export const chanceOf = (...parts: readonly (string | number)[]): number => hashOf(...parts) / 2 ** 32

/** A repeatable sequence of numbers in [0, 1). */
export const seededRandom = (seed: number): Random => {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    return scramble(state) / 2 ** 32
  }
}

/** A number of the standard normal distribution. */
export const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
