import { renamed } from '../../change.ts';
import type { Act } from '../../provider.ts';
import { aws, self } from '../cli.ts';
import { findDatabase } from '../database.ts';
import { change, there, until } from './change.ts';
import { NOT_DELETED } from './database.ts';
import { renamedPart } from './rename.ts';

const GROUPS = { call: 'describe-security-groups', ids: 'SecurityGroups[].GroupId' };
const RULES = { call: 'describe-security-group-rules', ids: 'SecurityGroupRules[].SecurityGroupRuleId' };

/** Another name, and with it another endpoint; its security group and the rule in that are called after it. */
export const renameDatabase: Act<'database'> = (spec, cx, { newName }) => {
  const from = spec.name;
  const to = newName as string;
  const available = findDatabase(cx, to, 'DBInstanceIdentifier', "DBInstanceStatus=='available'");
  renamed(cx, from, to);
  cx.warn(
    `whoever connects to ${from} needs the new endpoint: aws rds describe-db-instances --db-instance-identifier ${to} gives it; the user and the password stay`,
  );
  cx.warn(
    `its subnet group goes on being called ${from}, which AWS cannot change: once the database is gone, aws rds delete-db-subnet-group --db-subnet-group-name ${from} removes it. Alarms on ${from}, and a pool of it, have to be made anew`,
  );
  return [
    // Under either name: the script may have been here before.
    { ...there(cx, '', `database ${from}`, findDatabase(cx, `${from},${to}`, 'DBInstanceIdentifier')), id: cx.id },
    change(
      cx,
      'rename',
      `call ${from} ${to}`,
      findDatabase(cx, to, 'DBInstanceIdentifier'),
      aws(cx, 'rds modify-db-instance', '--db-instance-identifier', self(cx), '--new-db-instance-identifier', to, '--apply-immediately'),
      [
        {
          kind: 'interrupts',
          what: `database ${from} restarts, and is reached under its new endpoint only, which takes up to ten minutes to be known`,
        },
        { kind: 'changes', what: `database ${from} is called ${to}` },
      ],
      { wait: [until(available, to, 3600)] },
    ),
    change(
      cx,
      'tagged',
      `tag it ${to}`,
      findDatabase(cx, to, 'DBInstanceIdentifier', `${NOT_DELETED}&&TagList[?Key=='Name'&&Value=='${to}']`),
      aws(
        cx,
        'rds add-tags-to-resource',
        '--resource-name',
        [{ asked: findDatabase(cx, to, 'DBInstanceArn') }],
        '--tags',
        `Key=Name,Value=${to}`,
      ),
      [{ kind: 'changes', what: `database ${to} is listed under its new name` }],
    ),
    renamedPart(cx, { ...GROUPS, suffix: 'database', what: 'security group' }, from, to),
    renamedPart(cx, { ...RULES, suffix: 'access', what: 'rule of the security group' }, from, to),
  ];
};
