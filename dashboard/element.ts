type Child = Node | string
type Properties = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>

/**
 * Makes an element. A property that is a function listens (`onclick`); false and undefined are left out, true is an attribute without value.
 * Text is always text: nothing here is read as HTML.
 */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag)
  apply(made, properties)
  made.append(...children)
  return made
}

/** The same for drawings. */
export const drawing = <Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag)
  apply(made, properties)
  made.append(...children)
  return made
}

/** Writes a text where it has changed, so that nothing is drawn or read aloud again for nothing. */
export const setText = (target: Element, text: string): void => {
  if (target.textContent !== text) target.textContent = text
}

/** Writes an attribute where it has changed; undefined takes it away. */
export const setAttribute = (target: Element, name: string, value: string | undefined): void => {
  if (value === undefined) target.removeAttribute(name)
  else if (target.getAttribute(name) !== value) target.setAttribute(name, value)
}

const apply = (made: Element, properties: Properties): void => {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value)
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value))
  }
}
