import { describe, expect, it } from 'vitest'
import { type Column, columnSuite } from '../testing/column-suite.ts'
import { sqlBench } from '../testing/sql-bench.ts'
import { affinityOf } from './catalog.ts'

const COLUMNS: readonly Column[] = [
  [
    "as ZTPServer's users have them",
    "create table p (node_id TEXT, key TEXT); insert into p values (NULL, '10.0.0.1/24')",
    { value: '10.0.0.1/24' },
  ],
  [
    'without types',
    "create table p (key, node_id); insert into p values ('a', 'None')",
    { value: 'a' },
  ],
  [
    'with more columns',
    "create table p (id integer primary key, node_id text, key text, rack int); insert into p values (1, NULL, 'a', 7)",
    { value: 'a' },
  ],
  [
    'in capitals',
    "create table P (NODE_ID TEXT, KEY TEXT); insert into P values ('', 'a')",
    { value: 'a' },
  ],
  [
    'with whole numbers',
    'create table p (node_id text, key integer primary key); insert into p values (NULL, 4094)',
    { value: 4094 },
  ],
  [
    'with whole numbers beyond 2^53',
    'create table p (node_id text, key integer); insert into p values (NULL, 9007199254740993)',
    { value: 9007199254740993n },
  ],
  [
    'with text in a column of numbers',
    "create table p (node_id text, key integer); insert into p values (NULL, 'x7')",
    { value: 'x7' },
  ],
  [
    'that forbid NULL',
    "create table p (node_id text not null default '', key text); insert into p values ('', 'a')",
    { value: 'a' },
  ],
  [
    'with text outside ASCII',
    "create table p (node_id text, key text); insert into p values (NULL, 'é😀')",
    { value: 'é😀' },
  ],
  [
    'in a database of UTF-16',
    "pragma encoding = 'UTF-16le'; create table p (node_id text, key text); insert into p values (NULL, 'é😀')",
    { value: 'é😀' },
  ],
  [
    'with keys in another encoding',
    "create table p (node_id text, key text); insert into p values (NULL, cast(x'6bff' as text))",
    /column key of table p has a text that is not UTF-8, about "k\ufffd"/,
  ],
  [
    'with node ids as numbers',
    'create table p (node_id integer, key text); insert into p values (NULL, 1)',
    /column node_id is INTEGER, which turns node ids into numbers/i,
  ],
  [
    'with node ids as decimals',
    'create table p (node_id decimal(9), key text); insert into p values (NULL, 1)',
    /column node_id is decimal\(9\)/i,
  ],
  [
    'with keys that are rounded',
    'create table p (node_id text, key real); insert into p values (NULL, 1.5)',
    /column key is REAL, which rounds/i,
  ],
  [
    'with bytes for a key',
    "create table p (node_id text, key blob); insert into p values (NULL, x'00ff')",
    /has bytes for a key/,
  ],
  [
    'without a key',
    'create table p (node_id text, keys text)',
    /not both of the columns node_id and key/,
  ],
  [
    'that are views',
    'create table q (node_id text, key text); create view p as select * from q',
    /it is a view/,
  ],
  [
    'without rowid',
    'create table p (node_id text, key text primary key) without rowid',
    /WITHOUT ROWID/,
  ],
]

columnSuite(sqlBench('sqlite'), COLUMNS)

describe('affinityOf', () => {
  // https://www.sqlite.org/datatype3.html, "Affinity Name Examples".
  it.each([
    ['INT', 'integer'],
    ['UNSIGNED BIG INT', 'integer'],
    ['CHARACTER(20)', 'text'],
    ['VARYING CHARACTER(255)', 'text'],
    ['CLOB', 'text'],
    ['BLOB', 'none'],
    ['', 'none'],
    ['DOUBLE PRECISION', 'number'],
    ['BOOLEAN', 'number'],
    ['FLOATING POINT', 'integer'],
  ])('%s', (declared, affinity) => {
    expect(affinityOf(declared)).toBe(affinity)
  })
})
