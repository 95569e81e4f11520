/**
 * Text of any script, as a stack's template may hold it. CloudFormation deploys what is not ASCII as it stands, but gives it
 * back as question marks (GetTemplate, DescribeStacks; by reports, among them aws-cloudformation/
 * cloudformation-coverage-roadmap 814 and 1220), and whoever compares a template with a deployment sees a change that
 * nobody made.
 */

/** Percent-encoded UTF-8, which leaves ASCII letters and digits legible (RFC 3986, 2.1). @throws URIError for half of a surrogate pair */
export function asAscii(text: string): string {
  return encodeURIComponent(text);
}

/** @throws URIError for what is not percent-encoded UTF-8 */
export function fromAscii(text: string): string {
  return decodeURIComponent(text);
}
