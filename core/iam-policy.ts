import { canonicalJson } from './canonical.ts';

/**
 * IAM policy documents, as two that mean the same are compared.
 *
 * AWS keeps what a policy means and not how it was written: by many reports (Terraform, Ansible, Crossplane) KMS and IAM
 * give a list of one member back as a text, and lists in another order. So policies are compared in a normal form, and
 * nowhere as they stand.
 *
 * IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy language".
 */

/** The elements of a statement whose value is one text or a set of texts. */
const sets = ['Action', 'NotAction', 'Resource', 'NotResource'] as const;
/** Those whose value is a set of texts for each type of principal, or `*`. */
const principals = ['Principal', 'NotPrincipal'] as const;

/**
 * The normal form: each set a sorted list without repetitions, each statement in a sorted list, a condition's value a text.
 * Two documents have the same one only if they mean the same. What is no policy, or no element that is known here, stays
 * as it is, and so differs from everything else.
 *
 * A template's policy has one too: what CloudFormation fills in (`Ref`, `Fn::GetAtt`, …) counts as a text.
 */
export function normalPolicy(document: unknown): unknown {
  if (!isRecord(document) || document.Statement === undefined) return document;
  return { ...document, Statement: asSet(document.Statement, normalStatement) };
}

/** The statements of a policy document, each in its normal form. Of what is no policy, none. */
export function normalStatements(document: unknown): unknown[] {
  const normal = normalPolicy(document);
  return isRecord(normal) && Array.isArray(normal.Statement) ? normal.Statement : [];
}

function normalStatement(statement: unknown): unknown {
  if (!isRecord(statement)) return statement;
  const normal = { ...statement };
  for (const name of sets) if (Object.hasOwn(normal, name)) normal[name] = asSet(normal[name]);
  for (const name of principals)
    if (Object.hasOwn(normal, name)) normal[name] = normalPrincipal(normal[name]);
  if (isRecord(normal.Condition))
    normal.Condition = mapped(normal.Condition, (keys) =>
      isRecord(keys) ? mapped(keys, (values) => asSet(values, conditionValue)) : keys,
    );
  return normal;
}

/** `*` and `{"AWS": "*"}` are the same: everybody ("AWS JSON policy elements: Principal"). */
function normalPrincipal(principal: unknown): unknown {
  if (principal === '*') return { AWS: ['*'] };
  return isRecord(principal) ? mapped(principal, (names) => asSet(names)) : principal;
}

/** Truth values and numbers may stand without quotation marks. */
function conditionValue(value: unknown): unknown {
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
}

/** One member or a list of them, as a list: each once, in the order of their RFC 8785 forms. */
function asSet(value: unknown, normal: (member: unknown) => unknown = (member) => member): unknown[] {
  const members = (Array.isArray(value) ? value : [value]).map(normal);
  const byText = new Map(members.map((member) => [canonicalJson(member), member]));
  return [...byText].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, member]) => member);
}

function mapped(record: Record<string, unknown>, change: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** Whether a JSON value is an object, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
