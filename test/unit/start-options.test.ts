import { describe, expect, it } from 'vitest'
import { parseStartOptions, START_HELP, UsageError } from '../../local/options.ts'

describe('the options of npm start', () => {
  it('have defaults', () => {
    expect(parseStartOptions([])).toEqual({
      data: '.kite',
      candles: undefined,
      script: undefined,
      packaged: false,
      once: false,
      speed: 60,
      deliveries: 1,
      seed: 1,
      port: 4700,
    })
  })

  it('are read', () => {
    const text = '--candles days --script faults.yml --packaged --once --speed max --data /tmp/x --deliveries 3 --seed 7 --port 5000'
    expect(parseStartOptions(text.split(' '))).toEqual({
      data: '/tmp/x',
      candles: 'days',
      script: 'faults.yml',
      packaged: true,
      once: true,
      speed: 'max',
      deliveries: 3,
      seed: 7,
      port: 5000,
    })
    expect(parseStartOptions(['--speed', '0.5'])).toMatchObject({ speed: 0.5 })
  })

  it.each(['--help', '-h'])('know %s', (option) => {
    expect(parseStartOptions([option])).toBe('help')
  })

  it('are all explained in the help, with their defaults', () => {
    for (const name of ['data', 'candles', 'script', 'packaged', 'once', 'speed', 'deliveries', 'seed', 'port'])
      expect(START_HELP).toContain(`--${name} `)
    for (const value of ['.kite', '60', '4700']) expect(START_HELP).toContain(`default ${value}`)
  })

  it.each([
    [['--once'], '--once needs --candles DIR'],
    [['--speed', 'fast'], '--speed fast: write a number from 0.1 to 100000'],
    [['--speed', '0'], '--speed 0: write a number'],
    [['--speed', ''], '--speed : write a number'],
    [['--deliveries', '1.5'], '--deliveries 1.5: write a whole number'],
    [['--deliveries', '11'], 'from 1 to 10'],
    [['--seed=-1'], '--seed -1: write a number from 0'],
    [['--port', '70000'], '--port 70000: write a number from 1 to 65000'],
    [['--candels', 'x'], '--candels'],
    [['days'], 'days'],
    [['--data'], '--data'],
  ])('refuse %j with a sentence', (args, sentence) => {
    expect(() => parseStartOptions(args)).toThrow(UsageError)
    expect(() => parseStartOptions(args)).toThrow(sentence)
  })
})
