import { describe } from 'vitest'
import { type Column, columnSuite } from '../testing/column-suite.ts'
import { sqlBench } from '../testing/sql-bench.ts'

const POSTGRES: readonly Column[] = [
  [
    'of text',
    "create table p (node_id text, key text); insert into p values (NULL, 'a')",
    { value: 'a' },
  ],
  [
    'of fixed length',
    "create table p (node_id char(20), key char(20)); insert into p values ('None', 'a')",
    { value: 'a' },
  ],
  [
    'with whole numbers',
    'create table p (node_id text, key int primary key); insert into p values (NULL, 7)',
    { value: 7 },
  ],
  [
    'with large whole numbers',
    'create table p (node_id text, key bigint); insert into p values (NULL, 9007199254740993)',
    { value: 9007199254740993n },
  ],
  [
    'with decimals, which stay text',
    "create table p (node_id text, key numeric); insert into p values (NULL, '1.50')",
    { value: '1.50' },
  ],
  [
    'with addresses',
    "create table p (node_id text, key inet unique); insert into p values (NULL, '10.0.0.1')",
    { value: '10.0.0.1' },
  ],
  [
    'with networks',
    "create table p (node_id text, key cidr); insert into p values (NULL, '10.0.0.0/8')",
    { value: '10.0.0.0/8' },
  ],
  [
    'with words of a list',
    "create type w as enum ('x', 'y'); create table p (node_id text, key w); insert into p values (NULL, 'y')",
    { value: 'y' },
  ],
  [
    'with types of their own',
    "create domain d as varchar(20); create table p (node_id d, key d); insert into p values (NULL, 'a')",
    { value: 'a' },
  ],
  [
    'that forbid NULL',
    "create table p (node_id text not null, key text); insert into p values ('', 'a')",
    { value: 'a' },
  ],
  [
    'in another schema of the path',
    'create table p (node_id text, key text, "select" int); insert into p values (NULL, \'a\', 1)',
    { value: 'a' },
  ],
  [
    'with node ids as numbers',
    'create table p (node_id bigint, key text)',
    /column node_id is bigint: declare it text/,
  ],
  [
    'with bytes for a key',
    'create table p (node_id text, key bytea)',
    /column key is bytea: declare it text or integer/,
  ],
  ['with JSON for a key', 'create table p (node_id text, key jsonb)', /column key is jsonb/],
  ['with lists for a key', 'create table p (node_id text, key text[])', /column key is text\[\]/],
  ['without node ids', 'create table p (node text, key text)', /not both of the columns/],
  [
    'that are views',
    'create view p as select null::text as node_id, null::text as key',
    /it is a view/,
  ],
  ['in parts', 'create table p (node_id text, key text) partition by hash (key)', /in parts/],
]

const MYSQL: readonly Column[] = [
  [
    'of text',
    "create table p (node_id text, `key` text); insert into p values (NULL, 'a')",
    { value: 'a' },
  ],
  [
    'of fixed length',
    "create table p (node_id char(20), `key` char(20)); insert into p values ('None', 'a')",
    { value: 'a' },
  ],
  [
    'in another character set',
    "create table p (node_id varchar(20), `key` varchar(20) primary key) character set latin1; insert into p values (NULL, 'ä')",
    { value: 'ä' },
  ],
  [
    'with whole numbers',
    'create table p (node_id varchar(20), `key` int primary key); insert into p values (NULL, 7)',
    { value: 7 },
  ],
  [
    'with large whole numbers',
    'create table p (node_id varchar(20), `key` bigint unsigned); insert into p values (NULL, 18446744073709551615)',
    { value: 18446744073709551615n },
  ],
  [
    'with decimals, which stay text',
    "create table p (node_id varchar(20), `key` decimal(5,2)); insert into p values (NULL, '1.50')",
    { value: '1.50' },
  ],
  [
    'with words of a list',
    "create table p (node_id varchar(20), `key` enum('x', 'y')); insert into p values (NULL, 'y')",
    { value: 'y' },
  ],
  [
    'that forbid NULL',
    "create table p (node_id varchar(20) not null, `key` varchar(9)); insert into p values ('', 'a')",
    { value: 'a' },
  ],
  [
    'with node ids as numbers',
    'create table p (node_id bigint, `key` varchar(9))',
    /column node_id is bigint: declare it varchar\(255\)/,
  ],
  [
    'with node ids as bytes',
    'create table p (node_id varbinary(20), `key` varchar(9))',
    /column node_id is varbinary/,
  ],
  [
    'with bytes for a key',
    'create table p (node_id varchar(20), `key` blob)',
    /column key is blob/,
  ],
  [
    'with floats for a key',
    'create table p (node_id varchar(20), `key` double)',
    /column key is double/,
  ],
  [
    'without node ids',
    'create table p (node varchar(20), `key` varchar(9))',
    /not both of the columns/,
  ],
  ['that are views', "create view p as select 'x' as node_id, 'y' as `key`", /it is a view/i],
  [
    'without transactions',
    'create table p (node_id varchar(20), `key` varchar(9)) engine = MyISAM',
    /its engine is MyISAM/,
  ],
]

describe('postgres', () => columnSuite(sqlBench('postgres'), POSTGRES))
describe('mysql', () => columnSuite(sqlBench('mysql'), MYSQL))
