/** `split 4:1`, `split 3:2`, `split 1:10`; of an odd one `split 1.138:1`. @param ratio new shares for an old one */
export const splitText = (ratio: number): string => {
  for (let old = 1; old <= 20; old++) {
    const shares = Math.round(ratio * old)
    if (shares >= 1 && Math.abs(shares / old - ratio) < 1e-9 * ratio) return `split ${shares}:${old}`
  }
  return `split ${Number(ratio.toPrecision(4))}:1`
}
