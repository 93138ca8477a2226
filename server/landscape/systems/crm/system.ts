import { z } from 'zod';
import { parseBody, TokenIssuer } from '../../kit/auth';
import { created, ok, Refusal, route, textOf, type Route } from '../../kit/http';
import { clampLimit, clampOffset, offsetPage } from '../../kit/paging';
import type { SystemContext, SystemDefinition } from '../../kit/system';
import { masterData } from '../../master-data';

interface Account {
  Id: string;
  Name: string;
  AccountNumber: string;
  ParentId: string | null;
  Status: string;
  OwnerName: string;
  InvoiceChannel: string;
  LastModifiedDate: string;
}

interface Contact {
  Id: string;
  AccountId: string;
  FirstName: string;
  LastName: string;
  Email: string;
  Phone: string;
  Role: string;
  OptOut: boolean;
  LastModifiedDate: string;
}

interface Message {
  Id: string;
  ExternalId: string;
  Status: 'Accepted' | 'Delivered' | 'Bounced';
  FailureReason: string | null;
  CreatedDate: string;
  LastModifiedDate: string;
  AccountId: string;
  Channel: string;
  content: string;
  deliverAt: number;
  [field: string]: unknown;
}

const deliveryMinutes = 3;
const messageBody = z.looseObject({
  AccountId: z.string().optional(), AccountNumber: z.string().optional(), ContactRole: z.string().nullish(),
  Template: z.enum(['ORDER_ACKNOWLEDGED', 'SHIPMENT_NOTICE', 'INVOICE', 'CREDIT_MEMO', 'ORDER_CANCELLED', 'RETURN_AUTHORISED', 'GENERIC']),
  Channel: z.enum(['email', 'edi', 'portal']).nullish(), Subject: z.string().min(1), Body: z.string().nullish(), RelatedTo: z.string().nullish(),
});
const taskBody = z.looseObject({ Subject: z.string().min(1) });

const stamp = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');
const shown = (message: Message): object => ({ ...message, content: undefined, deliverAt: undefined });

class Office {
  readonly accounts;
  readonly contacts;
  readonly messages;
  readonly tasks;
  private lastTime = 0;
  readonly context: SystemContext;

  constructor(context: SystemContext) {
    this.context = context;
    this.accounts = context.store.collection<Account>('accounts');
    this.contacts = context.store.collection<Contact>('contacts');
    this.messages = context.store.collection<Message>('messages');
    this.tasks = context.store.collection<{ Id: string }>('tasks');
  }

  now(): string {
    this.lastTime = Math.max(Date.now(), this.lastTime + 1);
    return stamp(this.lastTime);
  }

  upsertMessage(externalId: string, raw: unknown): { isNew: boolean; message: Message } {
    const body = parseBody(messageBody, raw, 'REQUIRED_FIELD_MISSING');
    const content = JSON.stringify(raw);
    const before = this.messages.get(externalId);
    if (before !== undefined && before.content !== content) throw new Refusal(409, 'DUPLICATE_VALUE', `Message ${externalId} was sent with other content`);
    if (before !== undefined) return { isNew: false, message: before };
    const account = this.accounts.all().find((row) => row.Id === body.AccountId || row.AccountNumber === body.AccountNumber);
    if (account === undefined) throw new Refusal(404, 'NOT_FOUND', `Account ${body.AccountId ?? body.AccountNumber ?? ''} not found`);
    const isDocument = body.Template === 'INVOICE' || body.Template === 'CREDIT_MEMO';
    const now = this.now();
    const message: Message = {
      ...body, Id: this.context.store.nextId('005', 7), ExternalId: externalId, AccountId: account.Id, Channel: body.Channel ?? (isDocument ? account.InvoiceChannel : 'email'),
      Status: 'Accepted', FailureReason: null, CreatedDate: now, LastModifiedDate: now, content, deliverAt: Date.now() + this.context.realMs(deliveryMinutes),
    };
    return { isNew: true, message: this.messages.put(externalId, message) };
  }

  deliverDue(): void {
    const now = Date.now();
    for (const message of this.messages.all()) {
      if (message.Status !== 'Accepted' || message.deliverAt > now) continue;
      this.messages.put(message.ExternalId, { ...message, Status: 'Delivered', LastModifiedDate: this.now() });
    }
  }
}

function listRoute<T extends { Id: string; LastModifiedDate: string }>(name: string, rows: () => T[], view: (row: T) => object, keep: (row: T, query: URLSearchParams) => boolean = () => true): Route {
  return route('GET', `/data/v60/${name}`, (call) => {
    const since = call.query.get('modifiedSince');
    if (since !== null && Number.isNaN(Date.parse(since))) throw new Refusal(400, 'MALFORMED', 'modifiedSince is not a timestamp');
    const from = since === null ? '' : stamp(Date.parse(since));
    const key = (row: T): string => row.LastModifiedDate + row.Id;
    const sorted = rows().filter((row) => row.LastModifiedDate >= from && keep(row, call.query)).sort((left, right) => (key(left) < key(right) ? -1 : 1));
    const offset = clampOffset(call.query.get('offset'));
    const page = offsetPage(sorted, offset, clampLimit(call.query.get('limit'), 100, 200));
    return ok({ totalSize: page.total, done: page.nextOffset === null, offset, records: page.rows.map(view) });
  });
}

function found<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new Refusal(404, 'NOT_FOUND', `${what} not found`);
  return row;
}

export function defineCrm(context: SystemContext): SystemDefinition {
  const office = new Office(context);
  const tokens = new TokenIssuer(context.settings.credentials, 'kat_', 1800, 401);
  const plain = (row: object): object => row;
  return {
    routes: [
      route('POST', '/oauth/token', (call) => tokens.issue(call)),
      listRoute('Accounts', () => office.accounts.all(), plain),
      listRoute('Contacts', () => office.contacts.all(), plain, (row, query) => (query.get('accountId') ?? row.AccountId) === row.AccountId),
      listRoute('Messages', () => office.messages.all(), shown),
      route('GET', '/data/v60/Accounts/:id', (_, param) => ok(found(office.accounts.get(param('id')), 'Account'))),
      route('GET', '/data/v60/Contacts/:id', (_, param) => ok(found(office.contacts.get(param('id')), 'Contact'))),
      route('GET', '/data/v60/Messages/ExternalId/:external', (_, param) => ok(shown(found(office.messages.get(param('external')), 'Message')))),
      route('GET', '/data/v60/Messages/:id', (_, param) => ok(shown(found(office.messages.all().find((row) => row.Id === param('id')), 'Message')))),
      route('PUT', '/data/v60/Messages/ExternalId/:external', (call, param) => {
        const { isNew, message } = office.upsertMessage(param('external'), call.body);
        return isNew ? created(shown(message)) : ok(shown(message));
      }),
      route('POST', '/data/v60/Tasks', (call) => {
        const Id = context.store.nextId('00T', 7);
        return created(office.tasks.put(Id, { ...parseBody(taskBody, call.body, 'REQUIRED_FIELD_MISSING'), Id, Status: 'Open', CreatedDate: office.now() } as { Id: string }));
      }),
    ],
    openPaths: ['/oauth/token'],
    authenticate: tokens.authenticate,
    errorBody: (_, errorCode, message) => ({ body: [{ errorCode, message }] }),
    codes: { unauthorized: 'INVALID_SESSION_ID', notFound: 'NOT_FOUND', malformed: 'MALFORMED', internal: 'SERVER_ERROR', rateLimited: 'REQUEST_LIMIT_EXCEEDED', refused: 'REFUSED' },
    control: {
      'bounce-message': (body) => {
        const message = found(office.messages.get(String(body['externalId'])), 'Message');
        return office.messages.put(message.ExternalId, { ...message, Status: 'Bounced', FailureReason: textOf(body['reason'], 'mailbox full'), LastModifiedDate: office.now() });
      },
    },
    ledger: () =>
      office.messages.all().map((row) => ({
        entry: row.Id, account: 'told', document: row.ExternalId, kind: String(row['Template']), orderNumber: typeof row['RelatedTo'] === 'string' ? row['RelatedTo'] : null, line: null,
        quantity: '1', amount: null, currency: null, date: row.CreatedDate.slice(0, 10), reference: row.AccountId,
      })),
    seedMasterData: () => {
      const data = masterData(context.settings.seed, context.settings.today);
      const LastModifiedDate = `${data.baseDate}T00:00:00.000+0000`;
      for (const customer of data.customers) {
        const parent = data.customers.find((other) => other.canonical === customer.creditAccount && other !== customer);
        office.accounts.put(customer.crm, {
          Id: customer.crm, Name: customer.name, AccountNumber: customer.shop, ParentId: parent?.crm ?? null, Status: 'Active', OwnerName: 'Dana Reyes', InvoiceChannel: customer.invoiceChannel, LastModifiedDate,
        });
        for (const [index, role] of ['purchasing', 'payables'].entries()) {
          const Id = `003${index}${customer.crm.slice(4)}`;
          const domain = `${customer.name.toLowerCase().replace(/[^a-z]+/g, '')}.example`;
          office.contacts.put(Id, { Id, AccountId: customer.crm, FirstName: index === 0 ? 'Pat' : 'Sam', LastName: customer.name.split(' ')[0] ?? '', Email: `${role}@${domain}`, Phone: '+1 555 0100', Role: role, OptOut: false, LastModifiedDate });
        }
      }
    },
    tick: () => office.deliverDue(),
  };
}
