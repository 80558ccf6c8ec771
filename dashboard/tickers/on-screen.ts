/** Knows which of the watched elements are on screen now, scrolled lists and folded panels considered. */
export const onScreen = (): OnScreen => {
  const seen = new Set<Element>()
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target)
      else seen.delete(target)
    }
  })
  return {
    watch: (target) => observer.observe(target),
    forget: (target) => {
      observer.unobserve(target)
      seen.delete(target)
    },
    has: (target) => seen.has(target),
  }
}

type OnScreen = {
  readonly watch: (target: Element) => void
  readonly forget: (target: Element) => void
  readonly has: (target: Element) => boolean
}
