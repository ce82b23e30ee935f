import { describe, expect, it } from 'vitest';
import { checkCommand, checked, type Word } from './check.ts';
import { parseShorthand } from './shorthand.ts';

/** Words of a line: quotes keep spaces together, $NAME is a word that is only known when the command runs. */
function words(line: string): Word[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([raw]): Word => {
    const text = raw.replaceAll("'", '');
    const at = raw.includes("'") ? -1 : text.indexOf('$');
    return at < 0 ? text : { unknown: true, ...(at ? { prefix: text.slice(0, at) } : {}) };
  });
}
const check = (line: string): string[] => checkCommand(words(line));

const GOOD = `
hcloud server create --name web-1 --type cx23 --image ubuntu-24.04 --location fsn1 --ssh-key admin --network 4711 --firewall web --label env=prod --label app=shop --user-data-from-file ./init.yaml --without-ipv6 -o json
hcloud server create --name=db-1 --type=cax21 --image=debian-13 --location=nbg1 --start-after-create=false --enable-protection delete,rebuild --placement-group spread-1
hcloud server list -o noheader -o columns=id,name,status --selector env=prod --status running,off
hcloud server describe web-1 -o 'format={{.PublicNet.IPv4.IP}}'
hcloud server enable-backup $SERVER
hcloud server enable-protection web-1 delete rebuild
hcloud server attach-to-network --network 4711 --ip 10.0.1.5 web-1
hcloud server create-image --type snapshot --description before --label a=b web-1
hcloud server change-type --keep-disk web-1 cx33
hcloud server delete web-1
hcloud network create --name main --ip-range 10.0.0.0/16 --label env=prod
hcloud network add-subnet main --type cloud --network-zone eu-central --ip-range 10.0.1.0/24
hcloud network add-route main --destination 10.100.0.0/16 --gateway 10.0.1.2
hcloud firewall create --name web --rules-file rules.json
hcloud firewall add-rule web --direction in --protocol tcp --port 443 --source-ips 0.0.0.0/0,::/0 --description https
hcloud firewall add-rule web --direction in --protocol icmp --source-ips 10.0.0.0/8
hcloud firewall apply-to-resource web --type server --server web-1
hcloud firewall apply-to-resource web --type label_selector --label-selector env=prod
hcloud volume create --name data --size 50 --location fsn1 --format ext4 -o json
hcloud volume attach data --server web-1 --automount
hcloud volume resize data --size 100
hcloud load-balancer create --name lb --type lb11 --location fsn1 --algorithm-type least_connections
hcloud load-balancer add-service lb --protocol https --http-certificates 17 --http-redirect-http --health-check-interval 15s
hcloud load-balancer add-service lb --protocol tcp --listen-port 5432 --destination-port 5432
hcloud load-balancer add-target lb --label-selector app=shop --use-private-ip
hcloud load-balancer attach-to-network lb --network main --ip 10.0.1.9
hcloud ssh-key create --name admin --public-key-from-file id_ed25519.pub
hcloud certificate create --name site --type managed --domain example.com --domain www.example.com
hcloud primary-ip create --name ip-1 --type ipv4 --location fsn1 --auto-delete=false
hcloud primary-ip assign $IP --server web-1
hcloud zone create --name example.com --mode primary --ttl 3600
hcloud zone rrset create example.com --name www --type A --record 192.0.2.1 --record 192.0.2.2 --ttl 300
hcloud zone rrset set-records example.com www A --record 192.0.2.3
hcloud zone rrset change-ttl example.com www A --unset
hcloud image list --type snapshot,backup --architecture arm -o columns=id,name,created -s created:desc
hcloud --context prod placement-group create --name spread-1 --type spread --quiet
doctl compute droplet create web-1 --region fra1 --size s-1vcpu-1gb --image ubuntu-24-04-x64 --ssh-keys 3b:16:bf:e4 --vpc-uuid $VPC --enable-monitoring --tag-names web,prod --user-data-file init.yaml --wait --format ID,PublicIPv4 --no-header
doctl compute droplet create web-1 web-2 --size s-2vcpu-4gb --image debian-13-x64 --enable-backups --backup-policy-plan weekly --backup-policy-weekday SUN --backup-policy-hour 4 --droplet-agent=false
doctl compute droplet list --tag-name web --format ID,Name --no-header
doctl compute droplet delete $ID --force
doctl compute firewall create --name web --inbound-rules 'protocol:tcp,ports:22,address:192.0.2.0/24 protocol:tcp,ports:443,address:0.0.0.0/0,address:::/0 protocol:icmp,tag:web' --outbound-rules protocol:tcp,ports:all,address:0.0.0.0/0 --tag-names web
doctl compute firewall add-droplets $FW --droplet-ids 1,2
doctl compute load-balancer create --name lb --region fra1 --size-unit 1 --forwarding-rules 'entry_protocol:https,entry_port:443,target_protocol:http,target_port:80,certificate_id:17 entry_protocol:tcp,entry_port:25,target_protocol:tcp,target_port:25' --health-check protocol:http,port:80,path:/health --tag-name web --redirect-http-to-https
doctl compute volume create data --region fra1 --size 50GiB --fs-type ext4 --tag prod
doctl compute volume-action attach $VOLUME $DROPLET --wait
doctl compute volume-action resize $VOLUME --region fra1 --size 100 --wait
doctl compute droplet-action snapshot $ID --snapshot-name before --wait
doctl compute droplet-action resize $ID --size s-2vcpu-4gb --resize-disk --wait
doctl compute reserved-ip create --region fra1
doctl compute reserved-ip-action assign 192.0.2.7 $ID
doctl compute domain create example.com
doctl compute domain records create example.com --record-type MX --record-name @ --record-data mail.example.com. --record-priority 10 --record-ttl 3600
doctl compute domain records list example.com -o json
doctl compute certificate create --name site --type lets_encrypt --dns-names example.com,www.example.com
doctl compute ssh-key import admin --public-key-file id_ed25519.pub
doctl compute snapshot list --resource volume --format ID,Name
doctl compute snapshot delete $ID --force
doctl compute tag apply web --resource=do:droplet:1
doctl vpcs create --name main --region fra1 --ip-range 10.10.0.0/20
doctl databases create db --engine pg --version 17 --region fra1 --size db-s-1vcpu-1gb --num-nodes 1 --private-network-uuid $VPC --wait
doctl databases firewalls append $DB --rule tag:web
doctl databases firewalls replace $DB --rule ip_addr:192.0.2.1 --rule droplet:$ID
doctl databases pool create $DB web --db defaultdb --size 10 --mode transaction --user doadmin
doctl databases maintenance-window update $DB --day tuesday --hour 04:00
aws ec2 run-instances --image-id resolve:ssm:/x/y --instance-type t4g.small --count 1 --key-name admin --subnet-id subnet-1 --security-group-ids sg-1 sg-2 --no-associate-public-ip-address --metadata-options HttpTokens=required,HttpEndpoint=enabled --block-device-mappings 'DeviceName=/dev/xvda,Ebs={VolumeSize=20,VolumeType=gp3,Encrypted=true}' --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=web-1},{Key=env,Value=prod}]' --user-data file://init.yaml --query 'Instances[0].InstanceId' --output text
aws ec2 create-vpc --cidr-block 10.0.0.0/16 --tag-specifications 'ResourceType=vpc,Tags=[{Key=Name,Value=main}]' --region eu-central-1
aws ec2 authorize-security-group-ingress --group-id $SG --protocol tcp --port 443 --cidr 0.0.0.0/0
aws ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions 'IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=192.0.2.0/24,Description=office}]'
aws ec2 create-volume --availability-zone eu-central-1a --size 50 --volume-type gp3 --encrypted
aws ec2 wait instance-running --instance-ids $ID
aws ec2 describe-instances --filters Name=tag:Name,Values=web-1,web-2 Name=instance-state-name,Values=running --max-items 5
aws ec2 terminate-instances --instance-ids i-1 i-2
aws ec2 modify-instance-attribute --instance-id i-1 --disable-api-termination
aws ec2 modify-instance-attribute --instance-id i-1 --no-source-dest-check
aws rds create-db-instance --db-instance-identifier db --db-instance-class db.t4g.micro --engine postgres --allocated-storage 20 --manage-master-user-password --master-username app --no-publicly-accessible --storage-encrypted --backup-retention-period 7 --vpc-security-group-ids sg-1 --tags Key=env,Value=prod
aws rds wait db-instance-available --db-instance-identifier db
aws elbv2 create-load-balancer --name lb --type application --scheme internet-facing --subnets subnet-1 subnet-2 --security-groups sg-1
aws elbv2 create-listener --load-balancer-arn $LB --protocol HTTPS --port 443 --certificates CertificateArn=arn:aws:acm:eu-central-1:1:certificate/x --default-actions Type=forward,TargetGroupArn=arn:aws:elasticloadbalancing:x
aws elbv2 register-targets --target-group-arn $TG --targets Id=i-1 Id=i-2,Port=8080
aws s3api create-bucket --bucket my-bucket --create-bucket-configuration LocationConstraint=eu-central-1
aws s3api put-public-access-block --bucket my-bucket --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
aws s3api put-bucket-encryption --bucket my-bucket --server-side-encryption-configuration '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
aws s3api get-object --bucket my-bucket --key a/b ./out
aws s3 cp ./site s3://my-bucket/site --recursive --exclude '*.tmp' --exclude '*.log' --sse
aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch '{"Changes":[{"Action":"UPSERT","ResourceRecordSet":{"Name":"www.example.com","Type":"A","TTL":300,"ResourceRecords":[{"Value":"192.0.2.1"}]}}]}'
aws acm request-certificate --domain-name example.com --validation-method DNS --subject-alternative-names www.example.com
aws ssm get-parameter --name /x/y --query Parameter.Value --output text
aws iam create-role --role-name web --assume-role-policy-document file://trust.json
aws autoscaling create-auto-scaling-group --auto-scaling-group-name web --launch-template LaunchTemplateName=web,Version='$Latest' --min-size 1 --max-size 3 --vpc-zone-identifier subnet-1,subnet-2
aws sts get-caller-identity
docker network create --driver bridge --subnet 172.30.0.0/16 --label env=prod --internal back
docker volume create --driver local --label env=prod data
docker run -d --name web --network back --restart on-failure:5 -p 127.0.0.1:8080:80 --mount type=volume,src=data,dst=/data --memory 512m --cpus 0.5 --health-cmd 'wget -q localhost' --health-interval 30s --read-only nginx:1.29 nginx -g 'daemon off;' --not-ours
docker --context prod run --rm -it alpine:3.22 sh -c 'echo hi'
docker compose -f compose.yaml -p shop up -d --wait --remove-orphans
docker --context prod compose --project-name=shop --file a.yaml --file b.yaml down --volumes --timeout 30
docker compose -f compose.yaml config -q
docker context create prod --docker host=ssh://admin@192.0.2.1
docker exec web ls -la
docker inspect --format '{{.State.Health.Status}}' web
docker container run --ulimit nofile=1024 --pull always busybox
docker system prune --filter until=24h --force
`
  .trim()
  .split('\n');

/** [a command, what the problem has to name] */
const BAD: [line: string, problem: RegExp][] = [
  // hcloud
  ['hcloud server create --name a --type cx23 --image debian-13 --datacenter fsn1-dc14', /unknown flag --datacenter/],
  [
    'hcloud server create --name a --type cx23 --image debian-13 --ssh-keys b',
    /hcloud server create: unknown flag --ssh-keys; the nearest is --ssh-key$/,
  ],
  ['hcloud server create --name a --type cx23', /required flag --image is missing/],
  [
    'hcloud server create --name a --type cx23 --image x --without-ipv6 true',
    /--without-ipv6 takes no separate value: --without-ipv6=true/,
  ],
  ['hcloud server create --name a --name b --type cx23 --image x', /--name is given twice/],
  ['hcloud server create --name a --type cx23 --image x --label prod', /--label takes key=value/],
  ['hcloud server create --name a --type cx23 --image', /--image needs a value/],
  ['hcloud server make --name a', /unknown sub-command "make"/],
  ['hcloud server', /a sub-command is missing/],
  ['hcloud server delete', /needs 1 argument, has 0/],
  ['hcloud server describe a b', /takes 1 argument, has 2/],
  ['hcloud server list -o columns=id,nmae', /--output "columns=id,nmae" is not in the list/],
  ['hcloud server list -x', /unknown flag -x/],
  ['hcloud volume create --name a --location fsn1 --size 10GB', /--size takes an integer, not "10GB"/],
  ['hcloud volume create --name a --location fsn1 --size 10 --format btrfs', /--format "btrfs" is not in the list: ext4, xfs/],
  ['hcloud network create --name a --ip-range 10.0.0.0', /--ip-range takes a network/],
  ['hcloud network add-subnet a --type cloud --network-zone eu-west', /--network-zone "eu-west" is not in the list/],
  ['hcloud load-balancer update-service lb --listen-port 80 --protocol udp', /--protocol "udp" is not in the list: http, https, tcp/],
  ['hcloud load-balancer add-service lb --protocol tcp --listen-port 80', /needs --protocol http, or/],
  ['hcloud load-balancer add-service lb --protocol http --health-check-interval 15', /--health-check-interval takes a duration/],
  ['hcloud firewall add-rule web --direction in --protocol tcp --source-ips 10.0.0.0/8', /--protocol tcp\|udp --port/],
  ['hcloud ssh-key create --name a', /needs --public-key, or --public-key-from-file/],
  ['hcloud primary-ip create --name a --type ipv4', /needs --assignee-id, or --location/],
  ['hcloud zone rrset create example.com --name www --type SPF --record x', /--type "SPF" is not in the list/],
  ['hcloud volume create --name a --size 10', /needs --location, or --server/],
  // doctl
  ['doctl compute droplet create a --size x --image y --regoin fra1', /unknown flag --regoin; the nearest is --region/],
  ['doctl compute droplet create a --image y', /required flag --size is missing/],
  ['doctl compute droplet create a --size x --image y --backup-policy-hour four', /takes an integer/],
  ['doctl compute droplet create a --size x --image y --backup-policy-plan monthly', /not in the list: daily, weekly/],
  ['doctl compute droplet list --format Id', /--format "Id" is not in the list/],
  ['doctl compute volume attach a b', /doctl compute volume: unknown sub-command "attach"/],
  [
    'doctl compute firewall create --name a --inbound-rules protocol:tcp,port:22',
    /--inbound-rules has no key "port"; the nearest is ports/,
  ],
  ['doctl compute firewall create --name a --inbound-rules ports:22', /needs the key protocol/],
  ['doctl compute firewall create --name a --outbound-rules protocol:http,ports:80', /"http" is not in the list: icmp, tcp, udp/],
  ['doctl databases create db --engine postgres', /--engine "postgres" is not in the list/],
  ['doctl databases create db --format ID', /unknown flag --format/],
  ['doctl databases firewalls append db --rule 192.0.2.1', /--rule "192.0.2.1" is not in the list/],
  ['doctl compute volume create a --size 10GiB', /needs --region, or --snapshot/],
  ['doctl compute domain records create a --record-data x', /needs --record-type/],
  // docker
  ['docker run --restart sometimes nginx', /--restart "sometimes" is not in the list/],
  ['docker run --detach=maybe nginx', /--detach takes true or false/],
  ['docker run --memory much nginx', /--memory takes a size/],
  ['docker run', /needs 1 argument/],
  ['docker run --context prod nginx', /unknown flag --context/],
  ['docker volume create --name data', /unknown flag --name/],
  ['docker compose up -f compose.yaml', /docker compose up: unknown flag -f/],
  ['docker compose -f compose.yaml upp', /docker compose: unknown sub-command "upp"; the nearest is up/],
  ['docker --contxt prod ps', /unknown flag --contxt; the nearest is --context/],
  ['docker context create prod --docker ssh://a', /--docker takes key=value/],
  // aws
  ['aws ec2 run-instances --image ami-1', /aws ec2 run-instances: unknown flag --image; the nearest is --image-id/],
  ['aws ec2 run-instances --image-id ami-1 --instance-type t9.huge', /--instance-type "t9.huge" is not in the list/],
  ['aws ec2 run-instances --image-id ami-1 --dry-run true', /--dry-run takes no separate value/],
  [
    'aws ec2 run-instances --image-id ami-1 --tag-specifications ResourceType=instance,Tag=[{Key=a}]',
    /has no key "Tag"; the nearest is Tags/,
  ],
  ['aws ec2 run-instances --image-id ami-1 --tag-specifications ResourceType=server', /ResourceType "server" is not in the list/],
  ['aws ec2 run-instances --image-id ami-1 --metadata-options required', /expected = at the end/],
  ['aws ec2 run-instances --image-id ami-1 --block-device-mappings [{"DeviceName":]', /is no JSON/],
  [
    'aws ec2 run-instances --image-id ami-1 --block-device-mappings DeviceName=/dev/xvda,Ebs={VolumeSize=big}',
    /VolumeSize takes an integer/,
  ],
  ['aws ec2 make-instances', /unknown sub-command "make-instances"/],
  ['aws ec2 wait instance-run --instance-ids i-1', /aws ec2 wait: unknown sub-command "instance-run"; the nearest is instance-running/],
  ['aws ec2 wait instance-running --instances i-1', /unknown flag --instances; the nearest is --instance-ids/],
  ['aws acm request-certificate --domain-name example.com --validation-method BOGUS', /--validation-method.*BOGUS.*DNS/],
  ['aws rds create-db-instance --db-instance-class x --engine y', /required flag --db-instance-identifier is missing/],
  ['aws ec2 create-volume --availability-zone a --size big', /--size takes an integer/],
  ['aws ec2 describe-instances --instance-ids --region x', /--instance-ids needs a value/],
  ['aws lambda list-functions', /unknown sub-command "lambda"/],
  ['aws s3 cp a', /aws s3 cp: needs 2 arguments, has 1/],
  ['aws s3api create-bucket --bucket b --acl secret', /--acl "secret" is not in the list/],
  ['aws sts get-caller-identity --output csv', /--output "csv" is not in the list/],
  ['aws sts get-caller-identity me', /takes no arguments, has 1: "me"/],
  ['aws rds create-db-instance --db-instance-identifier a --db-instance-class b --engine c --no-engine', /unknown flag --no-engine/],
  // Others
  ['kubectl get pods', /no grammar for the program "kubectl"/],
];

describe('what the CLIs take', () => {
  it.each(GOOD)('%s', (line) => expect(check(line)).toEqual([]));
});

describe('what they do not', () => {
  it.each(BAD)('%s', (line, problem) => {
    const problems = check(line);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});

describe('words that are not known yet', () => {
  it('stand for any value, and their start is checked', () => {
    expect(check('hcloud volume create --name data --location fsn1 --size $SIZE --format $FORMAT')).toEqual([]);
    expect(check('hcloud volume create --name data --location fsn1 --size 10 --format ex$REST')).toEqual([]);
    expect(check('hcloud volume create --name data --location fsn1 --size 10 --format zfs$REST')).toHaveLength(1);
    expect(check('doctl databases firewalls append $DB --rule droplet:$ID')).toEqual([]);
    expect(check('doctl databases firewalls append $DB --rule server:$ID')).toHaveLength(1);
    expect(check('hcloud server delete --$FLAG')).toContain('hcloud server delete: the flag "--…" is not known in full');
  });
  it('count as arguments', () => {
    expect(check('hcloud server describe $A $B')).toEqual([expect.stringContaining('takes 1 argument, has 2')]);
  });
  it('are no sub-command', () => {
    expect(check('hcloud $KIND list')).toEqual([expect.stringContaining('unknown sub-command')]);
  });
});

describe('the count of checked commands', () => {
  it('grows by one for each, good or bad', () => {
    const before = checked.aws ?? 0;
    check('aws sts get-caller-identity');
    check('aws sts nothing');
    expect(checked.aws).toBe(before + 2);
  });
});

describe('the shorthand of the aws CLI', () => {
  it.each([
    ['a=b', { a: 'b' }],
    ['a=b,c,d=e', { a: ['b', 'c'], d: 'e' }],
    ['a=[b,c],d={e=f,g=[{h=i}]}', { a: ['b', 'c'], d: { e: 'f', g: [{ h: 'i' }] } }],
    ['a="b,c",d=\'e=f\'', { a: 'b,c', d: 'e=f' }],
    ['a=b\\,c', { a: 'b,c' }],
    ['a=arn:aws:x:y/z', { a: 'arn:aws:x:y/z' }],
    ['a=', { a: '' }],
  ])('%s', (text, value) => expect(parseShorthand(text)).toEqual(value));
  it.each(['a', 'a=[b', 'a={b=c', '=b', 'a=b,a=c', 'a=[b]c'])('not %s', (text) => expect(parseShorthand(text)).toBeTypeOf('string'));
});
