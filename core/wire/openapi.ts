import { z } from 'zod';
import { type ProblemCode, problems } from '#core/problem.ts';
import { components } from './components.ts';
import { refusalsOf } from './refusals.ts';
import {
  type AnswerHeader,
  isPublic,
  parametersIn,
  pathParameters,
  type Route,
  type RouteAnswer,
} from './route.ts';
import { routeList } from './routes.ts';

/** The OpenAPI 3.1 document of the wire, made of the routes and of the very schemas that bodies are parsed by. */
export interface OpenApi {
  openapi: string;
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string; description: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, Response>;
    headers: Record<string, Header>;
    securitySchemes: Record<string, { type: 'apiKey'; in: 'header'; name: string; description: string }>;
  };
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters?: { name: string; in: string; required: boolean; description: string; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Response | Reference>;
  security: Record<string, string[]>[];
}

interface Reference {
  $ref: string;
}
interface Header {
  description: string;
  required?: boolean;
  schema: JsonSchema;
}
interface Response {
  description: string;
  headers?: Record<string, Header | Reference>;
  content: Record<string, { schema: JsonSchema }>;
}

/** As far as it is looked into here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  $ref?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  oneOf?: JsonSchema[];
}

/** @param version of Writ */
export function openApi(version: string): OpenApi {
  const shared = sharedRefusals();
  const paths: OpenApi['paths'] = {};
  for (const route of routeList) {
    const path = route.path.replace('+}', '}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, shared) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Writ',
      version,
      description:
        'A disclosure gateway. Calls are signed (RFC 9421, docs/signing.md); refusals are problems (RFC 9457, docs/errors.md).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/v1', description: 'Where this document is served' }],
    tags: [
      { name: 'agency', description: 'Officers of an agency' },
      { name: 'reviewer', description: 'The provider’s legal desk' },
      { name: 'registry', description: 'Reviewers, and officers for their own agency' },
      { name: 'everybody', description: 'Without a key' },
    ],
    paths,
    components: {
      schemas: namedSchemas(),
      responses: Object.fromEntries(shared.values().map(({ name, response }) => [name, response])),
      headers,
      securitySchemes: {
        signature: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature',
          description:
            'RFC 9421: one signature, Ed25519 or ECDSA P-256 with SHA-256, by an enrolled key over `@method`, `@authority`, `@path`, `@query` and, with a body, `content-digest` (RFC 9530) and `content-type`. docs/signing.md.',
        },
        signatureInput: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature-Input',
          description:
            'What the signature covers, and its parameters `created`, `expires`, `nonce`, `keyid`, `alg`, `tag="writ"`.',
        },
      },
    },
  };
}

function operationOf(route: Route & { id: string }, shared: Shared): Operation {
  const parameters = parametersOf(route);
  return {
    operationId: route.id,
    tags: [tagOf(route)],
    summary: route.summary,
    description: route.description,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.document === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(route.document.types.map((type) => [type, { schema: {} }])),
          },
        }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            // An absent body counts as `{}`.
            required: !route.body.safeParse({}).success,
            content: { 'application/json': { schema: schemaOf(route.body) } },
          },
        }),
    responses: {
      ...Object.fromEntries(route.answers.map((answer) => [answer.status, answered(route, answer)])),
      ...Object.fromEntries(
        [...refusalsOf(route)].map(([status, codes]) => [status, refused(status, codes, shared)]),
      ),
    },
    security: isPublic(route) ? [] : [{ signature: [], signatureInput: [] }],
  };
}

export function tagOf({ server, callers }: Route): string {
  if (server === 'registry') return 'registry';
  return callers[0] ?? 'everybody';
}

function parametersOf({ path, query = {} }: Route): NonNullable<Operation['parameters']> {
  const inPath = [...path.matchAll(/\{(\w+)(\+?)\}/g)].map(([, name = '', greedy]) => ({
    name,
    in: 'path',
    required: true,
    ...(greedy === '+'
      ? { description: 'Below `tile/`, slashes and all', schema: { type: 'string' } }
      : describedParameter(name)),
  }));
  const inQuery = Object.entries(query).map(([name, parameter]) => ({
    name,
    in: 'query',
    required: false,
    description: `${'pattern' in parameter ? parameter.description : 'Which ones'}. Once, and in this order`,
    schema:
      'pattern' in parameter
        ? { type: 'string', pattern: parameter.pattern.source }
        : { type: 'string', enum: [...parameter] },
  }));
  return [...inPath, ...inQuery];
}

function describedParameter(name: string) {
  const [parameter] = parametersIn(`{${name}}`);
  if (parameter === undefined) throw new Error(`nothing says what {${name}} is`);
  const { says: description, pattern } = pathParameters[parameter];
  const schema =
    parameter === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string', pattern: pattern.source };
  return { description, schema };
}

function answered(route: Route, { says, type, schema, headers: own = [] }: RouteAnswer): Response {
  const signed: readonly AnswerHeader[] = isPublic(route)
    ? []
    : ['Signature', 'Signature-Input', 'Content-Digest'];
  const all = [...own, ...signed];
  return {
    description: says,
    ...(all.length === 0
      ? {}
      : { headers: Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }])) }),
    content: {
      [type]: {
        schema:
          schema === undefined
            ? type === 'application/octet-stream'
              ? {}
              : { type: 'string' }
            : schemaOf(schema),
      },
    },
  };
}

const headers: Record<AnswerHeader, Header> = {
  Location: { description: 'Where it is followed', required: true, schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds', required: true, schema: { type: 'string', pattern: '^[0-9]+$' } },
  'Cache-Control': { description: 'How long it may be kept', required: true, schema: { type: 'string' } },
  'Access-Control-Allow-Origin': {
    description: 'A page of anybody’s may read it',
    required: true,
    schema: { const: '*' },
  },
  Signature: {
    description: 'By the provider’s key, over the answer and the call’s own signature',
    required: true,
    schema: { type: 'string' },
  },
  'Signature-Input': { description: 'What it covers', required: true, schema: { type: 'string' } },
  'Content-Digest': {
    description: 'Of the answer’s body (RFC 9530)',
    required: true,
    schema: { type: 'string' },
  },
};

/** Refusals that several routes have alike, by status and codes. */
type Shared = Map<string, { name: string; response: Response }>;

const refusalKey = (status: number, codes: readonly ProblemCode[]) => `${status} ${codes.join(' ')}`;

/** Of each status, the codes that most routes share, if more than one does. */
function sharedRefusals(): Shared {
  const all = routeList.flatMap((route) => [...refusalsOf(route)]);
  const shared: Shared = new Map();
  for (const [status, pairs] of Map.groupBy(all, ([code]) => code)) {
    const groups = [...Map.groupBy(pairs, ([, codes]) => refusalKey(status, codes))];
    const [key, [first, ...more]] = groups.reduce((most, group) =>
      group[1].length > most[1].length ? group : most,
    );
    if (first !== undefined && more.length > 0)
      shared.set(key, { name: `Refused${status}`, response: refusal(status, first[1]) });
  }
  return new Map([...shared].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function refused(status: number, codes: ProblemCode[], shared: Shared): Response | Reference {
  const found = shared.get(refusalKey(status, codes));
  return found === undefined ? refusal(status, codes) : { $ref: `#/components/responses/${found.name}` };
}

function refusal(status: number, codes: readonly ProblemCode[]): Response {
  const said = codes.map((code) =>
    problems[code][0] === status ? `${problems[code][1]} (${code})` : `(${code})`,
  );
  return {
    description: said.join('. '),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: [...codes] } } }],
        },
      },
    },
  };
}

const uri = (id: string) => `#/components/schemas/${id}`;

/** By its name: each schema that a route has is one of the components. */
function schemaOf(schema: z.ZodType): JsonSchema {
  const id = components.get(schema)?.id;
  if (id === undefined) throw new Error('a schema of a route is not among the components');
  return { $ref: uri(id) };
}

function namedSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(components, { io: 'input', uri, metadata: components });
  const whole = Object.entries(schemas).flatMap(([id, schema]) => withVariants(id, tidy(schema)));
  return Object.fromEntries(whole.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A schema, and each of its variants under a name of its own: `Proposal` of kind `encryption-key` is `ProposalEncryptionKey`.
 * Generators of clients name what has no name by its place, and some do not find it again.
 */
function withVariants(id: string, schema: JsonSchema): [string, JsonSchema][] {
  const { oneOf } = schema;
  const property = Object.keys(oneOf?.[0]?.properties ?? {}).find((name) =>
    oneOf?.every(({ properties }) => typeof properties?.[name]?.const === 'string'),
  );
  if (oneOf === undefined || property === undefined) return [[id, schema]];
  const variants = oneOf.map((variant) => {
    const value = String(variant.properties?.[property]?.const);
    const words = value.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
    return { value, name: `${id}${words.join('')}`, variant };
  });
  const mapping = Object.fromEntries(variants.map(({ value, name }) => [value, uri(name)]));
  return [
    [
      id,
      {
        ...schema,
        oneOf: variants.map(({ name }) => ({ $ref: uri(name) })),
        discriminator: { propertyName: property, mapping },
      },
    ],
    ...variants.map(({ name, variant }): [string, JsonSchema] => [name, variant]),
  ];
}

/** A schema's variants, wherever they stand; itself, where it has none. */
export function variantsOf(schema: JsonSchema, schemas: OpenApi['components']['schemas']): JsonSchema[] {
  return (schema.oneOf ?? [schema]).flatMap((variant) => {
    const found = variant.$ref === undefined ? variant : schemas[variant.$ref.slice(uri('').length)];
    return found === undefined ? [] : [found];
  });
}

/** Names are keys here and numbers are JSON's own; fields get their words. */
function tidy(schema: object): JsonSchema {
  const { $schema: _, $id: __, id: ___, fields, ...rest } = withoutNumberLimits(schema);
  const words = z.record(z.string(), z.string()).parse(fields ?? {});
  for (const part of [rest, ...(rest.oneOf ?? [])]) {
    for (const [name, property] of Object.entries(part.properties ?? {})) {
      const description = words[name];
      if (description !== undefined && part.properties) part.properties[name] = { ...property, description };
    }
  }
  return rest;
}

/** That integers are those of a double is no news to a reader of JSON. */
function withoutNumberLimits(schema: object): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    (key === 'maximum' || key === 'minimum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
      ? undefined
      : value,
  );
}
