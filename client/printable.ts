/** Text of a provider, an agency or a log, made safe to show: they choose what they write. */
export { printable } from '#core/text.ts';
