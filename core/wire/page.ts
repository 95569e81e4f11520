import { type ProblemCode, problems } from '#core/problem.ts';
import { components } from './components.ts';
import type { JsonSchema, OpenApi } from './openapi.ts';
import { openApi, tagOf, variantsOf } from './openapi.ts';
import { refusalsOf } from './refusals.ts';
import { isPublic, type Route } from './route.ts';
import { routeList } from './routes.ts';

/** The document as a page that people read: a section a route, in the order of the table. */
export function apiPage(version: string): string {
  const document = openApi(version);
  const blocks = [
    '# The API',
    '<!-- Made by `npm run openapi` from core/wire. Do not edit. -->',
    `Every route of Writ ${version}, below \`/v1\`. For machines: [openapi.json](openapi.json), OpenAPI 3.1, which a deployment
serves at \`GET /v1/openapi.json\`. How calls are signed is in [signing.md](signing.md), what to do about each problem code in
[errors.md](errors.md).`,
    index(),
    common(),
    ...document.tags.flatMap(({ name, description }) => [
      `## ${description}`,
      ...routeList.filter((route) => tagOf(route) === name).flatMap((route) => section(route, document)),
    ]),
    shapes(document),
  ];
  return `${blocks.join('\n\n')}\n`;
}

const title = ({ method, path }: Route) => `${method} /v1${path.replace('+}', '}')}`;
const anchor = (route: Route) =>
  `#${title(route)
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')}`;

function index(): string {
  const rows = routeList.map(
    (route) => `| [\`${title(route)}\`](${anchor(route)}) | ${whoOf(route)} | ${route.summary} |`,
  );
  return ['| route | who | what |', '|---|---|---|', ...rows].join('\n');
}

/** Every refusal of the plainest route of a kind: what others like it have too. */
const codesOf = (route: Route) => new Set([...refusalsOf(route).values()].flat());
const plainest = {
  everybody: codesOf({ ...bare(), callers: [] }),
  signed: codesOf({ ...bare(), callers: ['agency'] }),
};

function bare(): Pick<Route, Exclude<keyof Route, 'callers' | 'body' | 'query'>> {
  return { method: 'GET', path: '/', server: 'log', summary: '', description: '', answers: [], refusals: [] };
}

const bodyCodes: readonly ProblemCode[] = [
  'media-type',
  'body-too-large',
  'body-malformed',
  'field-unknown',
  'field-invalid',
];

function common(): string {
  const list = (codes: Iterable<ProblemCode>) => [...codes].map((code) => `\`${code}\``).join(', ');
  const signed = [...plainest.signed].filter((code) => !plainest.everybody.has(code));
  return [
    'A route names only the codes that are its own. Besides them,',
    `- any call may be refused with ${list(plainest.everybody)};`,
    `- one that must be signed with ${list(signed)};`,
    `- one with a body with ${list(bodyCodes)}.`,
    '',
    'Answers to signed calls are signed. Ids are UUIDs, as the answer that made them has them.',
  ].join('\n');
}

function whoOf(route: Route): string {
  return isPublic(route) ? 'everybody' : route.callers.join(', ');
}

function section(route: Route & { id: string }, document: OpenApi): string[] {
  const parameters = Object.entries(route.query ?? {}).map(([name, parameter]) =>
    'pattern' in parameter
      ? `\`${name}\`, ${parameter.description.replace(/^./, (letter) => letter.toLowerCase())}`
      : `\`${name}\`, one of ${valuesOf(parameter)}`,
  );
  const query =
    parameters.length === 0 ? [] : [`Query, each once and in this order: ${parameters.join('; ')}.`];
  return [
    `### ${title(route)}`,
    `${route.summary}: ${whoOf(route)}. ${route.description}`,
    ...query,
    ...bodyOf(route, document),
    answersOf(route, document),
    ...refusedOf(route),
  ];
}

/** What the sections call by name. Bodies have their tables there; what a page is no place for is in the document. */
function shapes({ components: { schemas } }: OpenApi): string {
  const bodies = routeList.map(({ body }) => body && components.get(body)?.id);
  const elsewhere = [
    ...bodies,
    'Problem',
    'OpenApi',
    'Category',
    'ReportCounts',
    'ReportLine',
    'ReportPeriod',
  ];
  const variants = new Set(Object.values(schemas).flatMap(({ oneOf = [] }) => oneOf.map(({ $ref }) => $ref)));
  const rows = Object.entries(schemas)
    .filter(([name]) => !elsewhere.includes(name) && !variants.has(`#/components/schemas/${name}`))
    .map(([name, schema]) => `| \`${name}\` | ${fieldsOf(schema, schemas)} | ${schema.description ?? ''} |`);
  return ['## Shapes', '', '| shape | fields | |', '|---|---|---|', ...rows].join('\n');
}

function fieldsOf(schema: JsonSchema, schemas: OpenApi['components']['schemas']): string {
  const variants = variantsOf(schema, schemas).map((variant) => {
    const required = Array.isArray(variant.required) ? variant.required : [];
    const names = Object.keys(variant.properties ?? {});
    return names.map((name) => `\`${name}\`${required.includes(name) ? '' : '?'}`).join(', ');
  });
  return [...new Set(variants)].join(' or ');
}

function answersOf(route: Route & { id: string }, document: OpenApi): string {
  const rows = route.answers.map(({ status, says, type, headers = [] }) => {
    const answer =
      document.paths[route.path.replace('+}', '}')]?.[route.method.toLowerCase()]?.responses[status];
    const schema = answer && 'content' in answer ? answer.content[type]?.schema : undefined;
    const name = schema?.$ref === undefined ? '' : `, ${linkTo(schema.$ref)}`;
    const more = headers.map((header) => `, \`${header}\``).join('');
    return `- **${status}** \`${type}\`${name}${more}: ${says}.`;
  });
  return rows.join('\n');
}

const linkTo = (ref: string) => `\`${ref.slice(ref.lastIndexOf('/') + 1)}\``;

function refusedOf(route: Route): string[] {
  const usual = isPublic(route) ? plainest.everybody : plainest.signed;
  const own = [...codesOf(route)].filter(
    (code) => route.refusals.includes(code) || !(usual.has(code) || bodyCodes.includes(code)),
  );
  if (own.length === 0) return [];
  const byStatus = Map.groupBy(own, (code) => problems[code][0]);
  const lines = [...byStatus].map(
    ([status, codes]) => `${status} ${codes.map((code) => `\`${code}\``).join(', ')}`,
  );
  return [`Refused with ${lines.join(' · ')}.`];
}

function bodyOf(route: Route & { id: string }, { paths, components: { schemas } }: OpenApi): string[] {
  const operation = paths[route.path]?.[route.method.toLowerCase()];
  const schema = resolve(operation?.requestBody?.content['application/json']?.schema, schemas);
  if (schema === undefined) return [];
  const example = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  const rows = variantsOf(schema, schemas).flatMap((variant) => rowsOf(variant, schemas));
  const table = rows.length === 0 ? [] : [['| field | is | |', '|---|---|---|', ...new Set(rows)].join('\n')];
  const words = schema.description === undefined ? [] : [`Body: ${schema.description}`];
  const shown = rows.length === 0 || example === undefined ? [] : [`\`\`\`json\n${compact(example)}\n\`\`\``];
  return [...words, ...table, ...shown];
}

/** One row a field: whether it must be there, what it is, what it means. */
function rowsOf(variant: JsonSchema, schemas: Record<string, JsonSchema>): string[] {
  const required = Array.isArray(variant.required) ? variant.required : [];
  return Object.entries(variant.properties ?? {}).map(([name, property]) => {
    const optional = required.includes(name) ? '' : ' (optional)';
    return `| \`${name}\`${optional} | ${shapeOf(property, schemas)} | ${property.description ?? ''} |`;
  });
}

function shapeOf(property: JsonSchema, schemas: Record<string, JsonSchema>): string {
  if (property.$ref !== undefined) {
    const values = schemas[property.$ref.slice('#/components/schemas/'.length)]?.enum;
    return Array.isArray(values) ? valuesOf(values) : linkTo(property.$ref);
  }
  if (property.const !== undefined) return `\`${property.const}\``;
  if (Array.isArray(property.enum)) return valuesOf(property.enum);
  const { items } = property;
  if (typeof items === 'object' && items !== null) return `list of ${shapeOf({ ...items }, schemas)}`;
  const inner = Object.keys(property.properties ?? {});
  if (inner.length > 0) return `{ ${inner.map((text) => `\`${text}\``).join(', ')} }`;
  const longest = typeof property.maxLength === 'number' ? `, up to ${property.maxLength} characters` : '';
  return `${property.type ?? 'any'}${longest}`;
}

const valuesOf = (values: readonly unknown[]) => values.map((value) => `\`${value}\``).join(', ');

function resolve(
  schema: JsonSchema | undefined,
  schemas: Record<string, JsonSchema>,
): JsonSchema | undefined {
  return schema?.$ref === undefined ? schema : schemas[schema.$ref.slice('#/components/schemas/'.length)];
}

/** JSON with what is small on one line. */
function compact(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, ' ');
  if (typeof value !== 'object' || value === null || flat.length + indent.length <= 100) return flat;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((each) => inner + compact(each, inner)).join(',\n')}\n${indent}]`;
  const fields = Object.entries(value).map(
    ([name, value]) => `${inner}${JSON.stringify(name)}: ${compact(value, inner)}`,
  );
  return `{\n${fields.join(',\n')}\n${indent}}`;
}
