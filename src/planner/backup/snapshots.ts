import type { PlanStep } from './bucket.ts';
import type { Source } from './input.ts';
import type { Scenario } from './restores.ts';

/**
 * Servers and block volumes, whose backups the provider makes: a convenience beside the scripts, since they go with the
 * account. There is no file of ours on any machine for them.
 */
export interface Provided {
  readonly method: string;
  readonly why: string;
  readonly rejected: readonly string[];
  readonly rpoMinutes: number;
  readonly steps: readonly PlanStep[];
  readonly restore: Scenario;
  readonly gaps: readonly string[];
}

const DAY = 1440;

export function provided(source: Source): Provided {
  const { slug, engine, managed } = source;
  const server = engine === 'server';
  const step = (id: string, title: string, command: string, effects: string): PlanStep => ({
    id: `${id}.${slug}`,
    title,
    command,
    effects,
  });
  const shared = {
    why: 'comes back as one piece, fast; it goes with the account, so the data in it needs sources of its own',
    gaps: [
      `${slug}: of one moment as after a power cut; a database in it needs its own source`,
      `${slug}: in the same account, and deleted with it`,
      ...(server ? [`${slug}: what is on attached volumes`] : []),
    ],
  };
  if (managed === 'aws') {
    const kind = server ? 'instance' : 'volume';
    return {
      ...shared,
      method: 'AWS Backup, daily, kept for 35 days',
      rejected: ['aws ec2 create-snapshot by hand or by cron: nobody deletes the old ones'],
      rpoMinutes: DAY + 60,
      steps: [
        step('vault', 'A vault for recovery points', 'aws backup create-backup-vault --backup-vault-name backups', 'creates a vault'),
        step(
          'plan',
          'A daily plan; keep the id that it prints',
          `BACKUP_PLAN_ID=$(aws backup create-backup-plan --query BackupPlanId --output text --backup-plan '{"BackupPlanName":"daily","Rules":[{"RuleName":"daily","TargetBackupVaultName":"backups","ScheduleExpression":"cron(17 2 * * ? *)","Lifecycle":{"DeleteAfterDays":35}}]}')`,
          'creates a plan; recovery points are billed',
        ),
        step(
          'selection',
          `What it backs up: RESOURCE_ARN is arn:aws:ec2:REGION:ACCOUNT:${kind}/ID, BACKUP_ROLE_ARN the role AWSBackupDefaultServiceRole`,
          `aws backup create-backup-selection --backup-plan-id "\${BACKUP_PLAN_ID:?}" --backup-selection "{\\"SelectionName\\":\\"${slug}\\",\\"IamRoleArn\\":\\"\${BACKUP_ROLE_ARN:?}\\",\\"Resources\\":[\\"\${RESOURCE_ARN:?}\\"]}"`,
          'backups run from now on',
        ),
        step(
          'verify',
          'A day later: is there one?',
          'aws backup list-recovery-points-by-backup-vault --backup-vault-name backups --by-resource-arn "${RESOURCE_ARN:?}"',
          'reads',
        ),
      ],
      restore: {
        scenario: `${slug}: as a new ${kind}`,
        commands: server
          ? [
              '# METADATA of the recovery point, with another subnet or type where wanted',
              'aws backup start-restore-job --recovery-point-arn "${RECOVERY_POINT_ARN:?}" --iam-role-arn "${BACKUP_ROLE_ARN:?}" --resource-type EC2 --metadata "${METADATA:?}"',
            ]
          : ['aws ec2 create-volume --snapshot-id "${SNAPSHOT_ID:?}" --availability-zone "${ZONE:?}" --volume-type gp3 --encrypted'],
      },
    };
  }
  if (managed === 'digitalocean') {
    return server
      ? {
          ...shared,
          method: "DigitalOcean's daily backups of the droplet",
          rejected: ['weekly backups: a loss of a week', 'snapshots by hand: nobody makes them'],
          rpoMinutes: DAY + 240,
          steps: [
            step(
              'enable',
              'Switch daily backups on',
              'doctl compute droplet-action enable-backups "${DROPLET_ID:?}" --backup-policy-plan daily --backup-policy-hour 4',
              "costs 30 % of the droplet's price a month (DigitalOcean, 2026-09-30)",
            ),
            step('verify', 'A day later: is there one?', 'doctl compute droplet backups "${DROPLET_ID:?}"', 'reads'),
          ],
          restore: {
            scenario: `${slug}: in its place`,
            commands: [
              '# replaces the disk of the droplet',
              'doctl compute droplet-action restore "${DROPLET_ID:?}" --image-id "${IMAGE_ID:?}" --wait',
            ],
          },
        }
      : {
          ...shared,
          method: 'a snapshot of the volume a week',
          rejected: ['none at all: DigitalOcean makes none of volumes by itself'],
          rpoMinutes: 7 * DAY,
          steps: [
            step(
              'snapshot',
              'Have a scheduler run this every week, and delete the oldest',
              `doctl compute volume snapshot "\${VOLUME_ID:?}" --snapshot-name "${slug}-$(date -u +%Y%m%d)"`,
              'creates a snapshot; billed by its size',
            ),
            step('verify', 'Is there one?', 'doctl compute snapshot list --resource volume', 'reads'),
          ],
          restore: {
            scenario: `${slug}: as a new volume`,
            commands: [`doctl compute volume create ${slug}-restored --snapshot "\${SNAPSHOT_ID:?}" --size "\${SIZE:?}"`],
          },
        };
  }
  return {
    ...shared,
    method: "Hetzner's daily backups of the server (seven are kept)",
    rejected: ['snapshots by hand: nobody makes them', 'backups alone: they go when the server is deleted'],
    rpoMinutes: DAY + 240,
    steps: [
      step(
        'enable',
        'Switch backups on',
        `hcloud server enable-backup "\${SERVER:?}"`,
        "costs 20 % of the server's price a month (Hetzner, 2026-09-29)",
      ),
      step('verify', 'A day later: is there one?', 'hcloud image list --type backup', 'reads'),
    ],
    restore: {
      scenario: `${slug}: in its place`,
      commands: ['# replaces the disk of the server', 'hcloud server rebuild "${SERVER:?}" --image "${IMAGE_ID:?}"'],
    },
  };
}
