import { defaultHorzScaleBehavior, type IHorzScaleBehavior, type Time } from 'lightweight-charts'

/** The library's axis of time, on which the first minute ranks as high as the other openings: its day is named too. */
export const sessionScale = (): IHorzScaleBehavior<Time> => {
  const Scale = defaultHorzScaleBehavior()
  const scale = new Scale()
  const fillWeights = scale.fillWeightsForPoints.bind(scale)
  scale.fillWeightsForPoints = (points, startIndex) => {
    fillWeights(points, startIndex)
    const first = points[0]
    if (startIndex > 0 || first === undefined) return
    for (const { timeWeight } of points) if (timeWeight > first.timeWeight) first.timeWeight = timeWeight
  }
  return scale
}
