import type { Random } from '../../local/schwab/seeded-random.ts'

export const chance = (random: Random, of: number): boolean => random() < of

export const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!

/** A whole number from `least` to `most`, both included. */
export const whole = (random: Random, least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
