import { escapedJson } from '#core/text.ts';

/** Text of a provider, an agency or a log, made safe to show: they choose what they write. */
export { printable } from '#core/text.ts';

/** A value as JSON that a terminal can show: the same value to a program, and nothing hidden in it to a person. */
export function printableJson(value: unknown, indent?: number): string {
  // Indices and sizes may exceed 2^53, so JSON has them as strings.
  const text = JSON.stringify(
    value,
    (_, each) => (typeof each === 'bigint' ? each.toString() : each),
    indent,
  );
  return escapedJson(text);
}
