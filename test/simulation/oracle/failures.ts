import type { World } from '../world.ts'

/** What a program throws that was written wrong, and nobody on purpose. */
const BUG = /"error":"(Error|TypeError|RangeError|ReferenceError|SyntaxError)"/

/** No function fails by a mistake in its own code: whatever goes wrong around it has a name of its own. */
export const watchFailures = ({ lines, violate }: World): void => {
  lines.push((line) => {
    if (/^\{"event":"(lambda|message)_failed"/.test(line) && BUG.test(line)) violate('no function fails by a bug', line.slice(0, 200))
  })
}
