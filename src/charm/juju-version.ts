/** Versions of Juju as charms name them, who may leave out the last numbers. */

const shortPattern = /^\d{1,9}(?:\.\d{1,9}){0,2}$/;
const taggedPattern = /^\d{1,9}\.\d{1,9}-[a-z]+\d{1,9}$/;
const numbers = 3;

/** With all its numbers, as in `3.6.0` for `3.6`; undefined for what is no version. */
export function completeVersion(text: string): string | undefined {
  if (taggedPattern.test(text)) return text;
  if (!shortPattern.test(text)) return undefined;
  const parts = text.split(".");
  return [...parts, ...Array<string>(numbers - parts.length).fill("0")].join(".");
}
