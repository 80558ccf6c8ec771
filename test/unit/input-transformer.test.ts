import { describe, expect, it } from 'vitest'
import { transformInput } from '../../local/stack/input-transformer.ts'

const event = {
  'detail-type': 'ReauthRequired',
  time: '2019-02-12T15:00:00Z',
  detail: { link: 'http://x/reauth?ticket=a.b', parkedJobs: 0, why: 'Schwab said "no"', none: null, tickers: ['QQQ'] },
}
const text = (paths: Readonly<Record<string, string>>, ...lines: readonly string[]) =>
  transformInput({ paths, template: `${lines.join('\n')}\n` }, event)

describe('an input transformer', () => {
  it('makes a line of each JSON string, with what the names stand for', () => {
    expect(text({ link: '$.detail.link', jobs: '$.detail.parkedJobs' }, '"Log in: <link>"', '""', '"Jobs: <jobs>"')).toBe(
      'Log in: http://x/reauth?ticket=a.b\n\nJobs: 0',
    )
  })

  it('finds what is not in the detail', () => {
    expect(text({ type: '$.detail-type', at: '$.time' }, '"<type> at <at>"')).toBe('ReauthRequired at 2019-02-12T15:00:00Z')
  })

  it('shows an object as JSON, and quotes as they are', () => {
    expect(text({ detail: '$.detail.tickers', why: '$.detail.why' }, '"<detail> <why>"')).toBe('["QQQ"] Schwab said "no"')
  })

  it.each(['$.detail.nowhere', '$.detail.none', '$.detail.why.deeper', '$.nothing.at.all'])(
    'leaves empty what is not there: %s',
    (path) => {
      expect(text({ it: path }, '"[<it>]"')).toBe('[]')
    },
  )

  it('leaves a name alone that it was not told of, and one that a value brings along', () => {
    expect(text({}, '"<who>"')).toBe('<who>')
    expect(transformInput({ paths: { a: '$.a', b: '$.b' }, template: '"<a>"' }, { a: '<b>', b: 'no' })).toBe('<b>')
  })
})
