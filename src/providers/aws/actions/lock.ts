import { query } from '../../../core/command.ts';
import { protection } from '../../change.ts';
import type { Act } from '../../provider.ts';
import { aws, self, text } from '../cli.ts';
import { change } from './change.ts';

/** The most days that EBS locks a snapshot for: until somebody who may do so unlocks it. */
const DAYS = '36500';

/** Whether the API may delete a copy. Of a server it is an image, of a volume a snapshot of EBS; RDS locks none. */
export function protectSnapshot(on: boolean): Act<'snapshot'> {
  return (spec, cx) => {
    const { name } = spec;
    const id = self(cx);
    const verb = on ? 'protect' : 'unprotect';
    if (spec.database !== undefined)
      return cx.fail('database', {
        message: `RDS ${verb}s no snapshots; an IAM policy that denies rds:DeleteDBSnapshot guards it, and a vault of AWS Backup with a lock does so against everybody.`,
        given: JSON.stringify(spec.database),
      });
    const what = on
      ? `snapshot ${name} cannot be deleted until it is unprotected, by a teardown of its plan neither`
      : `snapshot ${name} can be deleted`;
    if (spec.volume !== undefined) {
      const condition = `LockState=='governance'||LockState=='governance-cooloff'||LockState=='compliance'`;
      const locked = on ? `Snapshots[?${condition}].SnapshotId` : `[length(Snapshots[?${condition}])][?@==\`0\`]`;
      return protection(
        change,
        cx,
        name,
        on,
        what,
        query(text(cx, locked, 'ec2 describe-locked-snapshots', '--snapshot-ids', id)),
        (want) =>
          want
            ? aws(cx, 'ec2 lock-snapshot', '--snapshot-id', id, '--lock-mode', 'governance', '--lock-duration', DAYS)
            : aws(cx, 'ec2 unlock-snapshot', '--snapshot-id', id),
      );
    }
    const guarded = "starts_with(not_null(DeregistrationProtection,'disabled'),'enabled')";
    return protection(
      change,
      cx,
      name,
      on,
      what,
      query(text(cx, `Images[?${on ? '' : '!'}${guarded}].ImageId`, 'ec2 describe-images', '--image-ids', id)),
      (want) => aws(cx, `ec2 ${want ? 'enable' : 'disable'}-image-deregistration-protection`, '--image-id', id),
    );
  };
}
