import * as z from 'zod/mini'

/** Embedded: `2026-01-02 14:30:00+00`; hosted: `2026-01-02T14:30:00+00:00`. Epoch milliseconds. */
export const Instant = z.pipe(
  z.string(),
  z.transform((text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))),
)
/** The same; undefined while it has not happened. */
export const Later = z.pipe(
  z.nullable(Instant),
  z.transform((at) => at ?? undefined),
)
/** A number; undefined where there is none. */
export const Maybe = z.pipe(
  z.nullable(z.number()),
  z.transform((value) => value ?? undefined),
)
/** A text; undefined where there is none. */
export const Text = z.pipe(
  z.nullable(z.string()),
  z.transform((text) => text ?? undefined),
)
/** `YYYY-MM-DD` in New York. */
export const Day = z.pipe(
  z.string(),
  z.transform((text) => text.slice(0, 10)),
)
/** A time in epoch seconds; epoch milliseconds after parsing. */
export const MaybeSeconds = z.pipe(
  Maybe,
  z.transform((seconds) => (seconds === undefined ? undefined : seconds * 1000)),
)
